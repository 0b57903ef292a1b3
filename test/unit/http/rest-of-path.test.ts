import { describe, expect, it } from 'vitest'
import { json, noBody, openApi, route, routeTable } from '../../../src/http/index.ts'

const table = routeTable([
  route({
    method: 'GET',
    path: '/ocsp/:issuer/:request*',
    access: 'public',
    kind: 'api',
    summary: '',
    body: noBody,
    handler: () => Promise.resolve(json(null)),
  }),
])

describe('the rest of a path', () => {
  it('holds slashes, written plainly or escaped', () => {
    expect(table.find('GET', '/ocsp/ca/ME//w%2Bq/A%3D')).toMatchObject({
      params: { issuer: 'ca', request: 'ME//w+q/A=' },
    })
  })
  it('is neither empty nor longer than four thousand characters', () => {
    for (const rest of ['', 'x'.repeat(4001)]) expect(table.find('GET', `/ocsp/ca/${rest}`)).toEqual({ allowed: [] })
  })
  it('is a parameter like others in OpenAPI', () => {
    expect(Object.keys((openApi(table, 'x') as { paths: object }).paths)).toEqual(['/ocsp/{issuer}/{request}'])
  })
})
