/** Second factors under races, on a real PostgreSQL: what works once works once, whoever else tries at the same time. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  authenticate,
  authenticateWith,
  continueSignIn,
  enrolTotp,
  findAuthenticators,
  makeRecoveryCodes,
  offerTotp,
} from '../../../src/identity/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { parseBase32, totpCode, totpStep } from '../../../standards/rfc6238-totp/index.ts'
import { freshEmbedded, skipWithoutPostgres, startPostgres, type PostgresServer } from '../../support/database.ts'
import type { Db } from '../../../adapters/postgres/db.ts'
import {
  accountOf,
  countRows,
  enrol,
  makeIdentityWorld,
  type IdentityWorld,
} from '../../unit/identity/identity-world.ts'

const address = '192.0.2.1'
const MANY = 6

const contract = (open: () => Promise<Db>): void => {
  let w: IdentityWorld
  let accountId = ''
  let secret = ''
  const { loginName: name, password } = accountOf('lin')
  const owner = (code = '') => ({ accountId, password, code, acr: 'urn:xinyin:acr:1', address })
  const next = (): string => {
    w.clock.forward(30_000)
    return totpCode(nodeCrypto, { secret: parseBase32(secret), step: totpStep(w.clock.now()) })
  }
  const first = async (handle: string) =>
    continueSignIn(w.deps, { handle, authentication: await authenticate(w.deps, { name, password, address }) })
  const fulfilled = async (tries: readonly Promise<unknown>[]): Promise<number> =>
    (await Promise.allSettled(tries)).filter((r) => r.status === 'fulfilled').length
  const handles = Array.from({ length: MANY }, (_, i) => `handle-${i}`)

  beforeAll(async () => {
    w = await makeIdentityWorld(await open())
  })
  beforeEach(async () => {
    await w.reset()
    ;({ accountId } = await enrol(w, 'lin'))
    const offer = await offerTotp(w.deps, accountId)
    ;({ secret } = offer)
    const newCode = totpCode(nodeCrypto, { secret: parseBase32(secret), step: totpStep(w.clock.now()) })
    await enrolTotp(w.deps, { owner: owner(), authenticatorId: offer.authenticatorId, newCode })
  })
  afterAll(() => w.close())

  it('a code opens one of several sign-ins that show it at once', async () => {
    for (const handle of handles) await first(handle)
    const code = next()
    expect(await fulfilled(handles.map((handle) => authenticateWith(w.deps, { handle, method: 'totp', code })))).toBe(1)
  })

  it('a recovery code opens one of several sign-ins, and one is spent', async () => {
    const [code = ''] = await makeRecoveryCodes(w.deps, owner(next()))
    for (const handle of handles) await first(handle)
    const tries = handles.map((handle) => authenticateWith(w.deps, { handle, method: 'recovery-code', code }))
    expect(await fulfilled(tries)).toBe(1)
    expect((await findAuthenticators(w.deps, { accountId, notices: 0 })).recoveryCodesLeft).toBe(9)
  })

  it('a first step is finished once, though several codes are right', async () => {
    const codes = await makeRecoveryCodes(w.deps, owner(next()))
    await first('handle')
    const tries = codes
      .slice(0, MANY)
      .map((code) => authenticateWith(w.deps, { handle: 'handle', method: 'recovery-code', code }))
    expect(await fulfilled(tries)).toBe(1)
  })

  it('wrong codes all at once get no more tries than one by one', async () => {
    await first('handle')
    const tries = Array.from({ length: 20 }, () =>
      authenticateWith(w.deps, { handle: 'handle', method: 'totp', code: '000000' }).catch(
        (e: { code?: string }) => e.code,
      ),
    )
    expect((await Promise.all(tries)).filter((c) => c === 'CODE_WRONG').length).toBeLessThanOrEqual(6)
  })

  it('one of two enrolments that were begun at once holds', async () => {
    await enrol(w, 'zhou')
    const zhou = accountOf('zhou')
    const { accountId: id } = await authenticate(w.deps, { name: zhou.loginName, password: zhou.password, address })
    const offers = [await offerTotp(w.deps, id), await offerTotp(w.deps, id)]
    const tries = offers.map(({ authenticatorId, secret: s }) => {
      const newCode = totpCode(nodeCrypto, { secret: parseBase32(s), step: totpStep(w.clock.now()) })
      const proof = { ...owner(), accountId: id, password: zhou.password }
      return enrolTotp(w.deps, { owner: proof, authenticatorId, newCode })
    })
    expect(await fulfilled(tries)).toBe(1)
    expect((await findAuthenticators(w.deps, { accountId: id, notices: 0 })).authenticators).toHaveLength(1)
  })

  it.each([
    ['a confirmed authenticator is deleted', 'DELETE FROM authenticator'],
    ['a count goes back', 'UPDATE authenticator SET counter = 0'],
    ['an authenticator changes hands', 'UPDATE authenticator SET account_id = id'],
    ['an authenticator is of an unknown kind', "UPDATE authenticator SET kind = 'stamp'"],
    ['a notice is of no word', "UPDATE account_notice SET what = 'DROP TABLE'"],
  ])('refuses in the database itself that %s', async (_what, sql) => {
    await expect(w.db.query(sql)).rejects.toThrow()
    expect(await countRows(w.db, 'authenticator')).toBe(1)
  })
}

describe('second factors on the embedded database', () => contract(freshEmbedded))

describe.skipIf(skipWithoutPostgres())('second factors on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(() => {
    server = startPostgres()
  })
  afterAll(() => server.stop())
  contract(() => server.fresh(8))
})
