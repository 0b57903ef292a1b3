export type { Division } from './division.ts'
export { isDivisionCode, parseDivision } from './division.ts'
