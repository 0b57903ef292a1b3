import { afterAll, beforeAll, describe } from 'vitest'
import { freshEmbedded, skipWithoutPostgres, startPostgres, type PostgresServer } from '../../support/database.ts'
import { licenceContract } from './licence-store.ts'

describe('licences on the embedded database', () => {
  licenceContract(freshEmbedded)
})

describe.skipIf(skipWithoutPostgres())('licences on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(() => {
    server = startPostgres()
  })
  afterAll(() => server.stop())
  licenceContract(() => server.fresh(8))
})
