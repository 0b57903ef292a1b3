export type { Uscc } from './uscc.ts'
export { organisationCodeCheckCharacter, parseUscc, usccCheckCharacter } from './uscc.ts'
