import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCeremonyFolder } from '../../../keys/ceremony-folder.ts'
import { runCeremony } from '../../../keys/ceremony.ts'
import hierarchyJson from '../../../keys/hierarchy.json' with { type: 'json' }
import { parseHierarchy, standardHierarchy } from '../../../keys/hierarchy.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { LINTS } from '../../../src/pki/lints/index.ts'
import { makeAuthorities, parseProfiles, recordCeremony, standardProfiles } from '../../../src/pki/index.ts'
import profilesJson from '../../../src/pki/profiles.json' with { type: 'json' }
import { fromBase64, utf8 } from '../../../standards/bytes.ts'
import { commonName, parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import { DAY, PUBLIC_URL, ceremonyDeps, movableClock, pkiWorld } from './pki-world.ts'

const CAS = [
  'root-sm2',
  'root-p256',
  'person-ca-sm2',
  'person-ca-p256',
  'entity-ca-sm2',
  'entity-ca-p256',
  'office-ca-sm2',
  'office-ca-p256',
  'seal-maker-ca-sm2',
  'infra-ca-sm2',
  'infra-ca-p256',
]
const KEYS = [
  ...CAS,
  ...CAS.map((id) => id.replace('root-', 'root-ocsp-').replace('-ca-', '-ocsp-')),
  'seal-maker-sm2',
  'status-sm2',
  'status-p256',
  'tsa-sm2',
  'tsa-p256',
]

describe('the key ceremony', () => {
  it('makes every key of the hierarchy once, root first, each certificate signed by its issuer', async () => {
    const { certificates, deps } = await pkiWorld()
    expect(certificates.map((c) => c.id)).toEqual(KEYS)
    expect(deps.authorities.map((a) => [a.id, a.above.length])).toEqual(
      CAS.map((id) => [id, id.startsWith('root-') ? 0 : 1]),
    )
    const names = certificates.map((c) => commonName(parseCertificate(c.der)))
    expect(new Set(names).size).toBe(KEYS.length)
  })

  it('changes nothing when it runs again, years later', async () => {
    const clock = movableClock()
    const deps = ceremonyDeps(clock)
    const first = await runCeremony(deps)
    const [files, uses] = [deps.shelf.files.size, deps.keyStore.uses.length]
    clock.advance(700 * DAY)
    expect(await runCeremony(deps)).toEqual(first)
    expect([deps.shelf.files.size, deps.keyStore.uses.length]).toEqual([files, uses])
  })

  it('finishes an interrupted run with the bytes that were written down, never with a second certificate', async () => {
    const deps = ceremonyDeps(movableClock())
    const write = deps.shelf.write
    const dying = {
      ...deps,
      shelf: {
        ...deps.shelf,
        write: (name: string, bytes: Uint8Array) =>
          name === 'person-ca-sm2.pem' ? Promise.reject(new Error('power cut')) : write(name, bytes),
      },
    }
    await expect(runCeremony(dying)).rejects.toThrow('power cut')
    const intended = deps.shelf.files.get('person-ca-sm2.tbs')
    const { certificates, transcript } = await runCeremony(deps)
    expect(parseCertificate(certificates[2]?.der ?? new Uint8Array()).tbs).toEqual(intended)
    expect(JSON.parse((JSON.parse(transcript) as { payload: string }).payload)).toMatchObject({
      steps: {
        0: { certificate: 'found' },
        2: { key: 'found', certificate: 'finished' },
        4: { certificate: 'issued' },
      },
    })
  })

  it('signs its transcript with every root key, over fingerprints that fit', async () => {
    const { certificates, transcript } = await pkiWorld()
    const { payload, signatures } = JSON.parse(transcript) as {
      payload: string
      signatures: { keyId: string; algorithm: 'SM2-SM3'; signature: string }[]
    }
    expect(signatures.map((s) => s.keyId)).toEqual(['root-sm2', 'root-p256'])
    for (const { keyId, algorithm, signature } of signatures) {
      const { publicKey } = parseCertificate(certificates.find((c) => c.id === keyId)?.der ?? new Uint8Array())
      const check = { algorithm, publicKey, signature: fromBase64(signature) }
      expect(nodeCrypto.isSignedBy({ ...check, message: utf8(payload) })).toBe(true)
      expect(nodeCrypto.isSignedBy({ ...check, message: utf8(payload.replace('sm3', 'sm4')) })).toBe(false)
    }
    const { steps } = JSON.parse(payload) as { steps: { keyId: string; sha256: string }[] }
    for (const { id, der } of certificates)
      expect(steps.find((s) => s.keyId === id)?.sha256).toBe(
        Buffer.from(nodeCrypto.digest('sha256', der)).toString('hex'),
      )
  })

  it('refuses a kept certificate that does not belong to the key', async () => {
    const deps = ceremonyDeps(movableClock())
    await runCeremony(deps)
    const other = ceremonyDeps(movableClock())
    other.shelf.files.set('root-sm2.pem', deps.shelf.files.get('root-sm2.pem') ?? new Uint8Array())
    await expect(runCeremony(other)).rejects.toMatchObject({ code: 'CHAIN_INVALID' })
  })

  it('makes end-entity certificates that pass every lint', async () => {
    const { certificates, deps } = await pkiWorld()
    for (const { id, issuerId, profile, der } of certificates.filter((c) => c.profile !== 'ca')) {
      const authority = deps.authorities.find((a) => a.id === issuerId)
      if (authority === undefined) throw new Error('no issuer')
      const { certificate: issuer, addresses } = authority
      const context = { issuer, profile: standardProfiles.get(profile), addresses }
      const faults = LINTS.map((l) => [l.name, l.check(parseCertificate(der), context)]).filter(
        ([, f]) => f !== undefined,
      )
      expect(faults, id).toEqual([])
    }
  })

  it('is entered into the register once', async () => {
    const { deps, certificates } = await pkiWorld()
    expect(await recordCeremony(deps, certificates)).toBe(KEYS.length)
    expect(await recordCeremony(deps, certificates)).toBe(0)
  })

  it('keeps its files whole and once, inside its folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xinyin-ceremony-'))
    try {
      const shelf = openCeremonyFolder(join(folder, 'trust'))
      expect(await shelf.read('root-sm2.pem')).toBeUndefined()
      await shelf.write('root-sm2.pem', utf8('one'))
      await expect(shelf.write('root-sm2.pem', utf8('two'))).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await shelf.read('root-sm2.pem')).toEqual(utf8('one'))
      for (const name of ['../x', '/etc/passwd', '.hidden', '', 'a/b'])
        await expect(shelf.read(name)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
      expect(readdirSync(join(folder, 'trust'))).toEqual(['root-sm2.pem'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('the hierarchy as data', () => {
  const changed = (index: number, change: object) => ({
    ...hierarchyJson,
    keys: hierarchyJson.keys.map((k, i) => (i === index ? { ...k, ...change } : k)),
  })

  it('says of every key what it is for, who keeps it, who uses it and when it is replaced', () => {
    for (const key of hierarchyJson.keys)
      for (const field of ['purpose', 'custody', 'rotation'] as const)
        expect(key[field].length, key.id).toBeGreaterThan(20)
    expect(standardHierarchy.keys.map((k) => k.id)).toEqual([
      ...new Set(KEYS.map((k) => k.replace(/-(sm2|p256)$/, ''))),
    ])
  })

  it('refuses unknown issuers, issuers that are no CA, repeated ids, long paths, and what outlives its issuer', () => {
    for (const [index, change] of [
      [1, { issuer: 'nobody' }],
      [13, { issuer: 'root-ocsp' }],
      [13, { id: 'root-ocsp' }],
      [1, { pathLen: 1 }],
      [1, { years: 21 }],
      [2, { years: 0 }],
      [2, { algorithms: [] }],
      [2, { algorithms: ['RSA'] }],
      [2, { id: '../x' }],
      [6, { profile: undefined }],
      [0, { kind: 'end-entity' }],
    ] as const)
      expect(() => parseHierarchy(changed(index, change)), JSON.stringify(change)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      )
    for (const nothing of [undefined, null, {}, { keys: [] }])
      expect(() => parseHierarchy(nothing)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('refuses a CA whose issuer is not there', async () => {
    const { certificates, ceremony } = await pkiWorld()
    const source = { certificates: certificates.slice(1), keyStore: ceremony.keyStore, publicUrl: PUBLIC_URL }
    expect(() => makeAuthorities(source)).toThrow(expect.objectContaining({ code: 'CHAIN_INVALID' }))
  })
})

describe('certificate profiles as data', () => {
  const changed = (change: object) => ({
    profiles: { 'seal-signer': { ...profilesJson.profiles['seal-signer'], ...change } },
  })

  it('refuses uses of a CA, no use, unknown keys, endless validity, and subjects without a common name', () => {
    for (const change of [
      { keyUsage: ['keyCertSign'] },
      { keyUsage: ['digitalSignature', 'crlSign'] },
      { keyUsage: [] },
      { keys: [] },
      { keys: ['RSA'] },
      { extKeyUsage: ['documentSigning'] },
      { maxDays: 4000 },
      { days: 1827 },
      { days: 0 },
      { requiredSubject: ['organization'] },
      { requiredSubject: ['commonName', 'nickname'] },
    ])
      expect(() => parseProfiles(changed(change)), JSON.stringify(change)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      )
    for (const nothing of [null, {}, { profiles: {} }, { profiles: { x: null } }])
      expect(() => parseProfiles(nothing)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('are those that the hierarchy names', () => {
    for (const key of standardHierarchy.keys)
      if (key.profile !== undefined)
        expect(standardProfiles.get(key.profile).maxDays).toBeGreaterThanOrEqual(key.years * 365)
  })
})
