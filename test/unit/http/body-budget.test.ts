import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { makeBodyBudget } from '../../../src/http/body-budget.ts'
import type { TrustError } from '../../../src/errors.ts'

const request = (headers: Readonly<Record<string, string>>): IncomingMessage =>
  ({ headers }) as unknown as IncomingMessage
const MIB = 1024 * 1024
const later = expect.objectContaining({ code: 'TRY_LATER' }) as TrustError

describe('memory for bodies', () => {
  it('refuses what does not fit beside what is under way, and admits it once that is answered', () => {
    const budget = makeBodyBudget(10 * MIB)
    const release = budget.reserve(request({ 'content-length': String(8 * MIB) }))
    expect(() => budget.reserve(request({ 'content-length': String(3 * MIB) }))).toThrow(later)
    budget.reserve(request({ 'content-length': String(2 * MIB) }))
    release()
    release()
    budget.reserve(request({ 'content-length': String(8 * MIB) }))
    expect(() => budget.reserve(request({ 'content-length': '1' }))).toThrow(later)
  })

  it('counts a body without a declared length as the largest there can be', () => {
    const budget = makeBodyBudget(60 * MIB)
    budget.reserve(request({ 'transfer-encoding': 'chunked' }))
    expect(() => budget.reserve(request({ 'transfer-encoding': 'chunked' }))).toThrow(later)
  })

  it.each([{}, { 'content-length': '0' }, { 'content-length': '-5' }])('takes nothing for %j', (headers) => {
    const budget = makeBodyBudget(0)
    budget.reserve(request(headers))
  })
})
