import { describe, expect, it } from 'vitest'
import { TRUST_ERROR_CODES, TrustError } from '../../../src/errors.ts'
import { json, noBody, problemOf, route, routeTable } from '../../../src/http/index.ts'

const at = (method: 'GET' | 'POST', path: string) =>
  route({
    method,
    path,
    access: 'public',
    kind: 'api',
    summary: '',
    body: noBody,
    handler: () => Promise.resolve(json(path)),
  })

describe('route table', () => {
  const table = routeTable([at('GET', '/a/:id'), at('POST', '/a/:id'), at('GET', '/b.json')])

  it('refuses two routes for one method and path', () => {
    expect(() => routeTable([at('GET', '/a'), at('GET', '/a')])).toThrow(TypeError)
  })
  it('gives parameters decoded', () => {
    expect(table.find('GET', '/a/%E4%BF%A1%2F')).toMatchObject({ params: { id: '信/' } })
  })
  it('leaves a broken escape as it is', () => {
    expect(table.find('GET', '/a/%E4%')).toMatchObject({ params: { id: '%E4%' } })
  })
  it.each(['/a/', '/a', '/a/b/c', `/a/${'x'.repeat(201)}`, '/bxjson', '/b.json/'])('does not know %s', (path) => {
    expect(table.find('GET', path)).toEqual({ allowed: [] })
  })
  it('lists the methods of a path', () => {
    expect(table.find('DELETE', '/a/1')).toEqual({ allowed: ['GET', 'POST'] })
  })
})

describe('problems', () => {
  it.each(TRUST_ERROR_CODES)('%s has a status of its own and a type', (code) => {
    const { problem } = problemOf(new TrustError(code, 'words'))
    expect(problem.code).toBe(code)
    expect(problem.status).toBeGreaterThanOrEqual(400)
    expect(problem.status).toBeLessThan(600)
  })
  it.each([undefined, null, 'text', 7, new TypeError('secret'), { code: 'SEAL_REVOKED' }])(
    'anything else is INTERNAL: %o',
    (error) => {
      expect(problemOf(error)).toEqual({
        unexpected: true,
        problem: { type: 'urn:xinyin:error:INTERNAL', title: 'internal error', status: 500, code: 'INTERNAL' },
      })
    },
  )
})
