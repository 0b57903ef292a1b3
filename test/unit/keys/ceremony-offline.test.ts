import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCeremonyFolder } from '../../../keys/ceremony-folder.ts'
import { beginCeremony } from '../../../keys/ceremony-record.ts'
import { encodeScript, parseScript, planCeremony, requireSamePlan } from '../../../keys/ceremony-script.ts'
import { readTranscripts, requireGenuine } from '../../../keys/ceremony-transcript.ts'
import type { CeremonyDeps } from '../../../keys/ceremony.ts'
import { runCeremony } from '../../../keys/ceremony.ts'
import { parseHierarchy } from '../../../keys/hierarchy.ts'
import type { KeySpec } from '../../../keys/hierarchy.ts'
import { withKeysInMemory } from '../../../keys/keys-in-memory.ts'
import { eraseKey, openSoftwareKeyStore, putKey, takeKey } from '../../../keys/software/index.ts'
import { fixedKeyRing, nodeCrypto } from '../../../src/crypto/node.ts'
import { systemClock, systemRandom } from '../../../src/kernel/index.ts'
import { standardProfiles } from '../../../src/pki/index.ts'
import { isSignatureValid, parseCertificate } from '../../../standards/rfc5280-x509/index.ts'

const code = (value: string): unknown => expect.objectContaining({ code: value })
const random = systemRandom
const ring = fixedKeyRing([{ id: 'm1', key: random.bytes(32) }], 'm1')
const ca = (id: string, issuer: string, pathLen: number): KeySpec => ({
  id,
  title: id,
  algorithms: ['SM2', 'P-256'],
  issuer,
  kind: 'ca',
  pathLen,
  years: issuer === id ? 20 : 10,
})
const small = [ca('root', 'root', 1), ca('one', 'root', 0)]
const hierarchyOf = (keys: readonly KeySpec[]) => parseHierarchy({ organisation: '机构', stateOrProvince: '省', keys })

let folder = ''
const keys = () => ({ folder: join(folder, 'keys'), ring, random })
const deps = (specs: readonly KeySpec[], more: Partial<CeremonyDeps> = {}): CeremonyDeps => ({
  keyStore: openSoftwareKeyStore({ folder: join(folder, 'keys'), masterKey: ring, random }),
  shelf: openCeremonyFolder(join(folder, 'ceremony')),
  hierarchy: hierarchyOf(specs),
  profiles: standardProfiles,
  crypto: nodeCrypto,
  clock: systemClock,
  random,
  publicUrl: 'https://xinyin.example',
  ...more,
})
const takeRoots = async () => {
  const roots = await Promise.all(['root-sm2', 'root-p256'].map((id) => takeKey(keys(), id)))
  for (const id of ['root-sm2', 'root-p256']) expect(await eraseKey(keys(), id)).toBe(true)
  return roots.flatMap((key) => key ?? [])
}
const files = (): string[] => [...readdirSync(join(folder, 'keys')), ...readdirSync(join(folder, 'ceremony'))].sort()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinyin-offline-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a ceremony whose root is away', () => {
  it('changes nothing while nothing is new', async () => {
    const first = await runCeremony(deps(small))
    await takeRoots()
    const before = files()
    expect(await runCeremony(deps(small))).toEqual(first)
    expect(await runCeremony(deps(small, { readOnly: true }))).toEqual(first)
    expect(files()).toEqual(before)
  })

  it('makes no certificate under it, and a second root least of all', async () => {
    await runCeremony(deps(small))
    await takeRoots()
    await expect(runCeremony(deps([...small, ca('two', 'root', 0)]))).rejects.toEqual(code('KEY_NOT_FOUND'))
    expect(files().filter((n) => /^(root-.*key|two.*\.(pem|tbs))/.test(n))).toEqual([])
  })

  it('goes on with the roots in memory: certificates, one more transcript signed by them, nothing of them on disk', async () => {
    await runCeremony(deps(small))
    const roots = await takeRoots()
    const given = deps([...small, ca('two', 'root', 0)])
    const session = { script: 'ab', custodians: ['keeper'], threshold: 2 }
    const { certificates } = await runCeremony({ ...given, session, keyStore: withKeysInMemory(given.keyStore, roots) })
    const [root, , , , two] = certificates.map((c) => parseCertificate(c.der))
    expect(two !== undefined && isSignatureValid(two, root?.publicKey ?? new Uint8Array(), nodeCrypto)).toBe(true)
    const transcripts = await readTranscripts(given.shelf)
    expect(transcripts.map((t) => [t.file, t.session])).toEqual([
      ['transcript.json', undefined],
      ['transcript-2.json', session],
    ])
    for (const transcript of transcripts) await requireGenuine({ shelf: given.shelf, crypto: nodeCrypto }, transcript)
    expect(files().filter((n) => /^root-.*key/.test(n))).toEqual([])
    expect(
      roots.every((k) => k.privateKey.every((b) => b === 0)),
      'zeroed',
    ).toBe(true)
  })

  it('is refused a key in memory whose halves do not belong together', async () => {
    await runCeremony(deps(small))
    const [one, two] = await takeRoots()
    if (one === undefined || two === undefined) throw new Error('no roots')
    const mixed = [{ ...one, publicKey: two.publicKey }]
    expect(() => withKeysInMemory(deps(small).keyStore, mixed)).toThrow(code('KEY_UNUSABLE'))
  })
})

describe('a ceremony that only reads', () => {
  it('refuses a hierarchy with keys that none has made, and makes nothing', async () => {
    await expect(runCeremony(deps(small, { readOnly: true }))).rejects.toEqual(code('CEREMONY_REFUSED'))
    await runCeremony(deps(small))
    const before = files()
    const more = deps([...small, ca('two', 'root', 0)], { readOnly: true })
    await expect(runCeremony(more)).rejects.toEqual(code('CEREMONY_REFUSED'))
    expect(files()).toEqual(before)
  })

  it('refuses a key that is gone, and one that is of another hierarchy', async () => {
    await runCeremony(deps(small))
    const own = await takeKey(keys(), 'one-sm2')
    await eraseKey(keys(), 'one-sm2')
    for (const readOnly of [true, false])
      await expect(runCeremony(deps(small, { readOnly }))).rejects.toEqual(code('KEY_NOT_FOUND'))
    await deps(small).keyStore.generate('one-sm2', 'SM2')
    await expect(runCeremony(deps(small))).rejects.toEqual(code('CHAIN_INVALID'))
    if (own === undefined) throw new Error('no key')
    await expect(putKey(keys(), own), 'over another').rejects.toEqual(code('CONFLICT'))
    await eraseKey(keys(), 'one-sm2')
    expect(await putKey(keys(), own)).toBe('written')
    expect(await putKey(keys(), own)).toBe('found')
    await runCeremony(deps(small, { readOnly: true }))
  })
})

describe('the script of a ceremony', () => {
  const request = {
    profiles: standardProfiles,
    publicUrl: 'https://xinyin.example',
    custodians: 3,
    threshold: 2,
    offlineRoot: true,
    rootCrlDays: 180,
    isInDevice: (id: string) => id === 'one-p256',
    crypto: nodeCrypto,
  }
  const plan = () => planCeremony({ ...request, hierarchy: hierarchyOf(small) })
  const at = new Date('2026-11-22T00:00:00Z')

  it('says for each key where it will be kept', () => {
    expect(plan().keys.map((k) => [k.keyId, k.keptIn])).toEqual([
      ['root-sm2', 'shares'],
      ['root-p256', 'shares'],
      ['one-sm2', 'files'],
      ['one-p256', 'device'],
    ])
  })

  it('has another digest each time, and is held against what is so now', () => {
    const [one, two] = [0, 1].map(() => parseScript(nodeCrypto, encodeScript(plan(), { at, random })))
    expect(one?.digest).not.toBe(two?.digest)
    requireSamePlan(one?.plan ?? plan(), plan())
    const other = planCeremony({ ...request, hierarchy: hierarchyOf([...small, ca('two', 'root', 0)]) })
    expect(() => requireSamePlan(one?.plan ?? plan(), other)).toThrow(code('CEREMONY_REFUSED'))
    expect(() => requireSamePlan({ ...plan(), more: 1 } as never, plan())).toThrow(code('CEREMONY_REFUSED'))
  })

  it.each([[{ custodians: 1, threshold: 1 }], [{ threshold: 4 }], [{ rootCrlDays: 0 }], [{ rootCrlDays: 401 }]])(
    'is not written for %j',
    (change) => {
      expect(() => planCeremony({ ...request, ...change, hierarchy: hierarchyOf(small) })).toThrow(
        code('INPUT_INVALID'),
      )
    },
  )

  it.each(['', '{', '[]', 'null', '{"what":"xinyin ceremony script","version":2,"madeAt":"","plan":{}}'])(
    'is none: %j',
    (text) => expect(() => parseScript(nodeCrypto, text)).toThrow(code('CEREMONY_REFUSED')),
  )

  it('is performed once, and by itself', async () => {
    const place = { shelf: openCeremonyFolder(join(folder, 'ceremony')), crypto: nodeCrypto }
    const [one, two] = [0, 1].map(() => encodeScript(plan(), { at, random })) as [string, string]
    const begun = await beginCeremony(place, one)
    expect(begun.resumed).toBe(false)
    await expect(beginCeremony(place, two), 'while the first is unfinished').rejects.toEqual(code('CEREMONY_REFUSED'))
    const again = await beginCeremony(place, one)
    expect([again.resumed, await again.backup()]).toEqual([true, undefined])
    await again.noteBackup('b1')
    expect(await (await beginCeremony(place, one)).backup()).toBe('b1')
    await again.noteEnd()
    await expect(beginCeremony(place, one), 'a replay').rejects.toEqual(code('CEREMONY_REFUSED'))
    expect((await beginCeremony(place, two)).resumed).toBe(false)
    await expect(beginCeremony(place, one), 'a replay').rejects.toEqual(code('CEREMONY_REFUSED'))
  })
})
