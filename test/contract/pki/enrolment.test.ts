/** Enrolment and escrow on both databases. In one file, as making CAs and databases takes longer than most of what is asked of them. */
import { afterAll, beforeAll, describe } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import type { PostgresServer } from '../../support/database.ts'
import { freshEmbedded, skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import { applyingSuite } from './applying-suite.ts'
import { enrolledSuite } from './enrolled-suite.ts'
import { escrowSuite } from './escrow-suite.ts'
import { vigilanceSuite } from './vigilance-suite.ts'

const suites = (open: () => Promise<Db>): void => {
  describe('applications', () => applyingSuite(open))
  describe('certificates', () => enrolledSuite(open))
  describe('escrow', () => escrowSuite(open))
  describe('vigilance', () => vigilanceSuite(open))
}

describe('enrolment on the embedded database', () => suites(freshEmbedded))
describe.skipIf(skipWithoutPostgres())('enrolment on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(() => {
    server = startPostgres()
  })
  afterAll(() => server.stop())
  describe('contract', () => suites(() => server.fresh()))
})
