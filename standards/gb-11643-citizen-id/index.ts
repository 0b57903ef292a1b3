export type { CitizenId } from './citizen-id.ts'
export { citizenIdCheckCharacter, parseCitizenId } from './citizen-id.ts'
