/** OpenAPI 3.1 from the route table: what is not in the table does not exist. */
import { z } from 'zod'
import type { AnyRoute, RouteTable } from './route.ts'

const parameters = (path: string): object[] =>
  [...path.matchAll(/:([a-zA-Z]+)/g)].map((m) => ({
    name: m[1],
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

const operation = (route: AnyRoute): object => ({
  summary: route.summary,
  parameters: parameters(route.path),
  security: route.access === 'public' ? [] : [{ openId: [route.access] }],
  ...(route.body.mediaType === undefined
    ? {}
    : {
        requestBody: {
          required: true,
          content: {
            [route.body.mediaType]:
              route.body.schema === undefined ? {} : { schema: z.toJSONSchema(route.body.schema, { io: 'input' }) },
          },
        },
      }),
  responses: {
    '2XX': { description: 'done' },
    default: {
      description: 'refused',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
})

export const openApi = (table: RouteTable, issuer: string): object => {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of table.all.filter((r) => r.kind === 'api')) {
    const path = route.path.replace(/:([a-zA-Z]+)\*?/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: '信印 Xinyin', version: '0.1.0' },
    paths,
    components: {
      securitySchemes: {
        openId: { type: 'openIdConnect', openIdConnectUrl: `${issuer}/.well-known/openid-configuration` },
      },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string' },
            field: { type: 'string' },
            requestId: { type: 'string' },
          },
        },
      },
    },
  }
}
