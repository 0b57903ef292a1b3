/** Seals with time stamps in real documents: valid after the signer's certificate has expired, which without them nobody can tell. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTimeStampStore } from '../../../adapters/postgres/timestamp-store.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { findPdfSignatures } from '../../../src/document/index.ts'
import { TrustError } from '../../../src/errors.ts'
import { silentLogger, systemRandom } from '../../../src/kernel/index.ts'
import { publishCrls } from '../../../src/pki/index.ts'
import { makeTimeStampKeys, makeTimeStampService } from '../../../src/pki/node.ts'
import type { TimeStampService } from '../../../src/pki/node.ts'
import { verifyDocument } from '../../../src/verification/index.ts'
import type { DocumentReport } from '../../../src/verification/index.ts'
import { toPem } from '../../../standards/bytes.ts'
import { OID } from '../../../standards/oid/index.ts'
import { parseLeadingSignedData } from '../../../standards/rfc5652-cms/index.ts'
import { skipWithoutProgram } from '../../support/outside.ts'
import { smallOfd, smallPdf } from '../../support/world-samples.ts'
import { settableClock } from '../../support/world-clock.ts'
import { makeWorld } from '../../support/world.ts'

const DAY = 86_400_000

describe('sealed documents with time stamps', () => {
  const clock = settableClock()
  let w: Awaited<ReturnType<typeof makeWorld>>
  let stamped: Record<'ofd' | 'pdf', Uint8Array>
  let plain: Record<'ofd' | 'pdf', Uint8Array>
  let stamps: TimeStampService

  beforeAll(async () => {
    w = await makeWorld({ clock })
    const { work, audit, ids } = w.pki
    stamps = makeTimeStampService({
      ...{ work, audit, ids, clock, random: systemRandom, crypto: nodeCrypto, logger: silentLogger },
      monotonic: { milliseconds: () => clock.now().getTime() },
      store: makeTimeStampStore(w.db),
      keys: makeTimeStampKeys(w.pki.authorities, { certificates: w.ceremony.certificates, keyStore: w.keys }),
    })
    const both = async () => ({ ofd: await w.applySeal(smallOfd()), pdf: await w.applySeal(await smallPdf()) })
    plain = await both()
    Object.assign(w.seals, { timestamps: stamps })
    stamped = await both()
  })
  afterAll(() => w.close())

  const verify = async (bytes: Uint8Array, crypto = nodeCrypto): Promise<DocumentReport> => {
    const { trust } = await w.trust()
    return verifyDocument({ bytes, trust, at: clock.now(), crypto, mode: 'strict' })
  }
  const outcomes = ({ reports }: DocumentReport, name: string): (string | undefined)[] =>
    reports.flatMap((r) => r.checks.filter((c) => c.name === name).map((c) => c.outcome))

  it('are valid when they are made, with a stamp for each signature, and the same in a browser', async () => {
    const [ofd, pdf] = [await verify(stamped.ofd), await verify(stamped.pdf)]
    expect([ofd.verdict, pdf.verdict]).toEqual(['valid', 'valid'])
    expect(outcomes(ofd, 'signature.time-stamp')).toEqual(['pass'])
    expect(outcomes(pdf, 'cms.timestamp')).toEqual(['pass', 'pass'])
    expect(await verify(stamped.ofd, portableCrypto)).toEqual(ofd)
    expect(await verify(stamped.pdf, portableCrypto)).toEqual(pdf)
  })

  it.skipIf(skipWithoutProgram('openssl'))('openssl verifies the stamp over the P-256 signature', () => {
    const [, twin] = findPdfSignatures(stamped.pdf)
    const { signer } = parseLeadingSignedData(twin?.contents ?? new Uint8Array())
    const [token] = signer.unsignedAttributes.get(OID.timeStampToken) ?? []
    const folder = mkdtempSync(join(tmpdir(), 'xinyin-stamped-'))
    const put = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes)
    put('signature', signer.signature)
    put('token', token ?? '')
    put(
      'root.pem',
      toPem(w.ceremony.certificates.find((c) => c.id === 'root-p256')?.der ?? new Uint8Array(), 'CERTIFICATE'),
    )
    const at = ['-attime', String(Math.ceil(clock.now().getTime() / 1000) + 60)]
    const args = ['ts', '-verify', '-data', 'signature', '-in', 'token', '-token_in', '-CAfile', 'root.pem', ...at]
    const { stdout } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect(stdout).toContain('Verification: OK')
  })

  it('are sealed without one when the authority is away or its clock is in doubt, and are valid all the same', async () => {
    const timestamps = { stamp: () => Promise.reject(new TrustError('TRY_LATER', 'away')) }
    Object.assign(w.seals, { timestamps })
    const files = [await w.applySeal(smallOfd()), await w.applySeal(await smallPdf())]
    Object.assign(w.seals, { timestamps: stamps })
    for (const file of files) expect((await verify(file)).verdict).toBe('valid')
    expect(outcomes(await verify(files[0] as Uint8Array), 'signature.time-stamp')).toEqual(['notRun'])
  })

  it('are valid after the certificates of their signers have expired, which without stamps is not known', async () => {
    // Half a day after the end of the signers, half a day before that of the status lists' signer.
    clock.advance(1095.5 * DAY)
    await publishCrls(w.pki)
    for (const kind of ['ofd', 'pdf'] as const) {
      const [old, kept] = [await verify(plain[kind]), await verify(stamped[kind])]
      expect([kind, old.verdict, kept.verdict]).toEqual([kind, 'indeterminate', 'valid'])
    }
    expect(outcomes(await verify(stamped.ofd), 'signature.proof-of-time')).toEqual(['pass'])
    expect(outcomes(await verify(stamped.pdf), 'signer.proof-of-time')).toEqual(['pass', 'pass'])
  })
})
