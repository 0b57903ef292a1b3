import { afterAll, beforeAll, describe } from 'vitest'
import { freshEmbedded, skipWithoutPostgres, startPostgres, type PostgresServer } from '../../support/database.ts'
import { identityStoreContract } from './identity-store.ts'

describe('identity store on the embedded database', () => {
  identityStoreContract(freshEmbedded)
})

describe.skipIf(skipWithoutPostgres())('identity store on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(() => {
    server = startPostgres()
  })
  afterAll(() => server.stop())
  identityStoreContract(() => server.fresh(8))
})
