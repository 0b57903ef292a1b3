import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromUtf8, utf8 } from '../../../standards/bytes.ts'
import { parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import type { JwsSigner } from '../../../src/crypto/index.ts'
import { commonName } from '../../../standards/rfc5280-x509/index.ts'
import type { StatusListContent, TrustFiles } from '../../../src/verification/index.ts'
import { MANIFEST, loadTrust, parseManifest, signStatusList, writeManifest } from '../../../src/verification/index.ts'
import { DAY, HOUR, MINUTE } from '../../support/world-clock.ts'
import { smallOfd } from '../../support/world-samples.ts'
import type { World } from '../../support/world.ts'
import { makeWorld } from '../../support/world.ts'

let w: World
let files: TrustFiles
let sealed: Uint8Array
beforeAll(async () => {
  w = await makeWorld()
  sealed = await w.applySeal(smallOfd())
  files = await w.trustFiles()
})
afterAll(() => w.close())

const load = (changed: TrustFiles) => loadTrust(changed, nodeCrypto)
/** Files changed, added or (undefined) removed; the manifest fits unless it is named itself. */
const changed = (changes: Readonly<Record<string, Uint8Array | string | undefined>>): Map<string, Uint8Array> => {
  const out = new Map(files)
  for (const [path, bytes] of Object.entries(changes))
    if (bytes === undefined) out.delete(path)
    else out.set(path, typeof bytes === 'string' ? utf8(bytes) : bytes)
  if (Object.hasOwn(changes, MANIFEST)) return out
  out.delete(MANIFEST)
  return out.set(MANIFEST, utf8(writeManifest(out, nodeCrypto, w.clock.now())))
}
const SEALS = 'status/seals.jws'
const LICENCES = 'status/licences.jws'

describe('the published trust folder', () => {
  it('loads without faults: both roots, all issuing CAs, a CRL of each, both lists', () => {
    const { trust, faults } = load(files)
    expect(faults).toEqual([])
    expect(trust.anchors.map((c) => commonName(c))).toHaveLength(2)
    expect([trust.intermediates.length, trust.crls.length]).toEqual([9, 11])
    expect(trust.statuses.map((s) => s.kind).sort()).toEqual(['licence', 'seal'])
  })

  it('names nobody in its lists: neither codes of seals nor licences stand there', async () => {
    const { code } = await w.officeSeal()
    const payload = JSON.parse(fromUtf8(files.get(SEALS) ?? new Uint8Array())) as { payload: string }
    expect(Buffer.from(payload.payload, 'base64url').toString()).not.toContain(code)
  })

  it('is complete without a manifest too: a person may have put it together by hand', () => {
    const { trust, faults } = load(changed({ [MANIFEST]: undefined }))
    expect([faults, trust.statuses.length]).toEqual([[], 2])
  })
})

describe('the manifest', () => {
  it('keeps out a file that differs from it, and says which', () => {
    const tampered = new Map(files).set(SEALS, files.get(LICENCES) ?? new Uint8Array())
    const { trust, faults } = load(tampered)
    expect(faults).toEqual([`${SEALS}: DIFFERS`])
    expect(trust.statuses.map((s) => s.kind)).toEqual(['licence'])
  })

  it('keeps out a file that it does not list', () => {
    const added = new Map(files).set('anchors/mine.pem', files.get('anchors/root-sm2.pem') ?? new Uint8Array())
    expect(load(added).trust.anchors).toHaveLength(2)
  })

  it('says which of its files is missing', () => {
    const without = new Map(files)
    without.delete('crl/root-sm2.crl')
    expect(load(without).faults).toEqual(['crl/root-sm2.crl: MISSING'])
  })

  it.each([
    ['not JSON', 'nonsense'],
    ['another version', '{"version":2,"files":[]}'],
    ['no list', '{"version":1}'],
    ['a path that leaves the folder', '{"version":1,"files":[{"path":"anchors/../../x","sm3":""}]}'],
    ['a folder of its own', `{"version":1,"files":[{"path":"keys/x","sm3":"${'0'.repeat(64)}"}]}`],
    ['a digest that is none', '{"version":1,"files":[{"path":"anchors/x.pem","sm3":"00"}]}'],
    ['a member twice', '{"version":1,"version":1,"files":[]}'],
    ['null', 'null'],
    ['null among its files', '{"version":1,"files":[null]}'],
  ])('that is %s leaves nothing to trust', (_, text) => {
    const { trust, faults } = load(changed({ [MANIFEST]: text }))
    expect(trust).toEqual({ anchors: [], intermediates: [], crls: [], statuses: [] })
    expect(faults).toHaveLength(1)
  })

  it('is read back as it was written', () => {
    const paths = parseManifest(fromUtf8(files.get(MANIFEST) ?? new Uint8Array())).map((f) => f.path)
    expect(paths).toEqual([...files.keys()].filter((p) => p !== MANIFEST).sort())
  })
})

describe('an anchor with limits', () => {
  const LIMITS = 'anchors/root-sm2.json'
  const limited = async (limits: object) => {
    const { trust, faults } = load(changed({ [LIMITS]: JSON.stringify({ version: 1, ...limits }) }))
    const [report] = (await w.verify(sealed, { trust })).reports
    const said = report?.checks.filter((c) => c.outcome === 'fail').map((c) => `${c.name} ${c.detail?.['fault'] ?? ''}`)
    return { faults, said, verdict: report?.verdict }
  }

  it('counts for what it is trusted for, while it is trusted', async () => {
    const all = ['digital-signature', 'seal-making', 'status-signing', 'time-stamping']
    const from = '2026-01-01T00:00:00Z'
    expect(await limited({ purposes: all, from, to: '2036-01-01T00:00:00Z', source: 'agreement 1' })).toMatchObject({
      faults: [],
      verdict: 'valid',
    })
  })

  it.each([
    ['makers of seals only', { purposes: ['seal-making', 'status-signing'] }, 'anchor-purpose'],
    ['a time that has not come', { from: '2035-01-01T00:00:00Z' }, 'anchor-period'],
    ['a time that is over', { to: '2026-01-01T00:00:00Z' }, 'anchor-period'],
  ])('of %s makes the signature invalid, with its reason', async (_what, limits, fault) => {
    const { said, verdict } = await limited(limits)
    expect(verdict).toBe('invalid')
    expect(said?.some((s) => s.endsWith(fault))).toBe(true)
  })

  it.each([
    ['no JSON', 'purposes: all'],
    ['a member that is not known', '{"version":1,"purpose":["digital-signature"]}'],
    ['a purpose that is not known', '{"version":1,"purposes":["everything"]}'],
    ['every purpose', '{"version":1,"purposes":["any"]}'],
    ['no purpose', '{"version":1,"purposes":[]}'],
    ['a day that is none', '{"version":1,"from":"2026-13-41T00:00:00Z"}'],
    ['a local time', '{"version":1,"from":"2026-01-01 00:00"}'],
    ['a member named twice', '{"version":1,"to":"2030-01-01T00:00:00Z","to":"2040-01-01T00:00:00Z"}'],
    ['another version', '{"version":2}'],
  ])('whose limits hold %s is not trusted at all, and that is said', (_what, text) => {
    const { trust, faults } = load(changed({ [LIMITS]: text }))
    expect(trust.anchors.map((c) => commonName(c))).toHaveLength(1)
    expect(faults.some((f) => f.startsWith(`${LIMITS}: `))).toBe(true)
  })
})

describe('files that cannot be read', () => {
  it('with nothing of their kind in them are named', () => {
    const anchor = files.get('anchors/root-sm2.pem') ?? new Uint8Array()
    const { faults } = load(changed({ 'crl/empty.crl': '', 'anchors/note.txt': 'hello', 'crl/anchor.pem': anchor }))
    expect(faults).toEqual(['anchors/note.txt: PEM', 'crl/anchor.pem: PEM', 'crl/empty.crl: PEM'])
  })
  it.each(['anchors/root-sm2.pem', 'intermediates/infra-ca-sm2.pem', 'crl/infra-ca-sm2.crl', SEALS])(
    '%s is left out, and everything else counts',
    (path) => {
      const { trust, faults } = load(
        changed({ [path]: utf8('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----') }),
      )
      expect(faults.length).toBeGreaterThan(0)
      expect(faults.map((f) => f.split(':')[0])).toContain(path)
      expect(trust.anchors.length + trust.intermediates.length + trust.crls.length).toBeGreaterThanOrEqual(7)
    },
  )
  it('bytes that are not text are left out', () => {
    const noise = Uint8Array.from({ length: 64 }, (_, i) => 255 - i)
    for (const path of ['anchors/root-sm2.pem', SEALS])
      expect(load(changed({ [path]: noise })).faults.map((f) => f.split(':')[0])).toContain(path)
  })
})

describe('a status list', () => {
  const content = (wish: Partial<StatusListContent> = {}): StatusListContent => ({
    kind: 'seal',
    issuer: 'http://127.0.0.1:3000',
    issuedAt: w.clock.now(),
    nextUpdate: new Date(w.clock.now().getTime() + DAY),
    entries: [],
    ...wish,
  })
  const status = async (id = 'status-sm2', issuer = 'infra-ca-sm2'): Promise<JwsSigner> => ({
    signer: await w.keys.signer(id),
    chain: [w.certificate(id), w.certificate(issuer)],
  })
  const faultsWith = async (
    signers: readonly JwsSigner[],
    wish: Partial<StatusListContent> = {},
  ): Promise<string[]> => {
    const text = await signStatusList(nodeCrypto, content(wish), signers)
    return [...load(changed({ [SEALS]: text })).faults]
  }

  it('of a status signer is believed, by SM2 or by P-256', async () => {
    expect(await faultsWith([await status()])).toEqual([])
    expect(await faultsWith([await status('status-p256', 'infra-ca-p256')])).toEqual([])
  })

  it('signed with the certificate of a seal signer is refused', async () => {
    const { sm2 } = await w.officeSeal()
    const signer = { signer: await w.keys.signer(sm2.keyId), chain: [sm2.certificate, w.certificate('infra-ca-sm2')] }
    expect(await faultsWith([signer])).toEqual([`${SEALS}: STATUS_LIST`])
  })

  it.each(['seal-maker-sm2', 'infra-ca-sm2', 'root-sm2'])('signed by %s is refused', async (id) =>
    expect(await faultsWith([await status(id, 'root-sm2')])).toEqual([`${SEALS}: STATUS_LIST`]),
  )

  it('of a status signer nobody here trusts is refused', async () => {
    const other = await makeWorld()
    const stranger = {
      signer: await other.keys.signer('status-sm2'),
      chain: [other.certificate('status-sm2'), other.certificate('infra-ca-sm2'), other.certificate('root-sm2')],
    }
    await other.close()
    expect(await faultsWith([stranger])).toEqual([`${SEALS}: STATUS_LIST`])
  })

  it('without a certificate is refused', async () => {
    const { signer } = await status()
    await expect(faultsWith([{ signer, chain: [] }])).rejects.toThrow()
  })

  it('is refused without a CRL that clears its signer', async () => {
    const { faults } = load(changed({ 'crl/infra-ca-sm2.crl': undefined, 'crl/infra-ca-p256.crl': undefined }))
    expect(faults.toSorted()).toEqual([`${LICENCES}: STATUS_LIST`, `${SEALS}: STATUS_LIST`])
  })

  it('of a time before its signer existed is refused', async () => {
    const early = new Date(w.clock.now().getTime() - 400 * DAY)
    expect(await faultsWith([await status()], { issuedAt: early })).toEqual([`${SEALS}: STATUS_LIST`])
  })

  it('changed in any of its members is refused', () => {
    const jws = JSON.parse(fromUtf8(files.get(SEALS) ?? new Uint8Array())) as {
      payload: string
      signatures: { protected: string; signature: string }[]
    }
    const [first, second] = jws.signatures as [
      { protected: string; signature: string },
      { protected: string; signature: string },
    ]
    const payload = Buffer.from(
      Buffer.from(jws.payload, 'base64url').toString().replace('"active"', '"revoked"'),
    ).toString('base64url')
    for (const bad of [
      { ...jws, payload },
      { ...jws, signatures: [{ ...first, signature: second.signature }, second] },
      { ...jws, signatures: [{ ...first, protected: second.protected }, second] },
      { ...jws, signatures: [] },
      { ...jws, header: {} },
    ])
      expect(load(changed({ [SEALS]: JSON.stringify(bad) })).faults.map((f) => f.split(':')[0])).toEqual([SEALS])
  })

  it('of a revoked status signer is refused once the CRL says so', async () => {
    const own = await makeWorld()
    await own.officeSeal()
    const before = await own.trustFiles()
    own.clock.advance(-MINUTE)
    await own.revoke(own.certificate('status-sm2'), 'infra-ca-sm2')
    await own.revoke(own.certificate('status-p256'), 'infra-ca-p256')
    own.clock.advance(HOUR)
    const later = await own.trustFiles()
    const mixed = new Map(later).set(SEALS, before.get(SEALS) ?? new Uint8Array())
    mixed.delete(MANIFEST)
    expect(loadTrust(mixed, nodeCrypto).faults).toContain(`${SEALS}: STATUS_LIST`)
    await own.close()
  })
})

describe('the publisher', () => {
  const list = async (): Promise<string> => fromUtf8((await w.publisher.files()).get(SEALS) ?? new Uint8Array())
  it('does not sign a list again while nothing changes', async () => {
    w.clock.advance(MINUTE)
    const first = await list()
    w.clock.advance(HOUR)
    expect((await list()) === first).toBe(true)
  })

  it('signs a list again when half of its time has gone', async () => {
    const first = await list()
    w.clock.advance(13 * HOUR)
    expect((await list()) === first).toBe(false)
  })

  it('signs a list again when a status changes', async () => {
    const first = await list()
    await w.changeSeal('suspend')
    w.clock.advance(2_000)
    expect((await list()) === first).toBe(false)
    await w.changeSeal('resume')
    w.clock.advance(2_000)
  })

  it('gives its own verification what it publishes', async () => {
    const { trust, faults } = await w.publisher.loaded()
    expect(faults).toEqual([])
    expect((await w.verify(sealed, { trust })).reports[0]?.sealName).toBeDefined()
  })

  it('publishes certificates that parse strictly', () => {
    for (const id of ['root-sm2', 'infra-ca-sm2', 'root-p256', 'infra-ca-p256'])
      expect(parseCertificate(w.certificate(id)).leniencies).toEqual([])
  })
})
