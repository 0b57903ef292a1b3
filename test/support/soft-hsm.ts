/** A SoftHSM2 token in a folder of its own, and the library once more, to do to it what an accident does. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CK } from '../../keys/pkcs11/cryptoki.ts'
import { skipUnless } from './outside.ts'

const LIBRARIES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
]
const library = (): string | undefined => LIBRARIES.find((path) => existsSync(path))

const hasPackage = (): boolean => {
  try {
    createRequire(import.meta.url).resolve('pkcs11js')
    return true
  } catch {
    return false
  }
}

/** .ci/run says so when the package could not be built on its machine; all else that is missing there is a failure. */
const isWithoutPackage = (): boolean => {
  if (process.env['XINYIN_WITHOUT_PKCS11JS'] === undefined) return false
  process.stderr.write('skipped: needs the package pkcs11js, which could not be built here\n')
  return true
}

/** `describe.skipIf(skipWithoutSoftHsm())('…', …)` */
export const skipWithoutSoftHsm = (): boolean =>
  isWithoutPackage() ||
  skipUnless(library() !== undefined, 'SoftHSM2 (Debian: softhsm2)') ||
  skipUnless(hasPackage(), 'the package pkcs11js (npm i --no-save pkcs11js)')

interface RawCryptoki {
  load(path: string): void
  C_Initialize(options?: { flags: number }): void
  C_Finalize(): void
  C_GetSlotList(present: boolean): Buffer[]
  C_GetTokenInfo(slot: Buffer): { label: string }
  C_CloseAllSessions(slot: Buffer): void
  C_OpenSession(slot: Buffer, flags: number): Buffer
  C_CloseSession(session: Buffer): void
  C_GenerateKeyPair(
    session: Buffer,
    mechanism: object,
    publicTemplate: object[],
    privateTemplate: object[],
  ): { privateKey: Buffer }
  C_SetAttributeValue(session: Buffer, object: Buffer, template: object[]): void
}

export interface PairToAdd {
  readonly label: string
  readonly publicLabel: string
  readonly extractable?: boolean
  /** Made so that it could be read, then made sensitive: nobody knows who has a copy. */
  readonly lateSensitive?: boolean
}

export interface SoftHsm {
  readonly module: string
  readonly tokenLabel: string
  readonly pinFile: string
  readonly folder: string
  /** Ends every session of this process, as a device does that was switched off and on. */
  dropSessions(): void
  /** The library forgets everything, as after its driver was restarted. */
  dropLibrary(): void
  /** The token is gone for whoever looks from now on, and back again. */
  unplug(): void
  plugIn(): void
  writePin(pin: string): void
  /** A P-256 pair whose halves may stand under different names, and whose private one may leave, now or until it was copied. */
  addPair(names: PairToAdd): void
  remove(): void
}

const PIN = '271828'

/** Sets SOFTHSM2_CONF for this process. */
export const makeSoftHsm = (): SoftHsm => {
  const folder = mkdtempSync(join(tmpdir(), 'xinyin-hsm-'))
  const [tokens, pinFile, tokenLabel] = [join(folder, 'tokens'), join(folder, 'pin'), 'xinyin test']
  mkdirSync(tokens)
  const configuration = join(folder, 'softhsm2.conf')
  writeFileSync(configuration, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  process.env['SOFTHSM2_CONF'] = configuration
  execFileSync('softhsm2-util', ['--init-token', '--free', '--label', tokenLabel, '--pin', PIN, '--so-pin', '31415926'])
  const writePin = (pin: string): void => writeFileSync(pinFile, `${pin}\n`, { mode: 0o600 })
  writePin(PIN)
  const module = library() ?? ''
  const { PKCS11 } = createRequire(import.meta.url)('pkcs11js') as { PKCS11: new () => RawCryptoki }
  const raw = new PKCS11()
  raw.load(module)
  return {
    module,
    tokenLabel,
    pinFile,
    folder,
    dropSessions: () => {
      for (const slot of raw.C_GetSlotList(true))
        if (raw.C_GetTokenInfo(slot).label.trim() === tokenLabel) raw.C_CloseAllSessions(slot)
    },
    dropLibrary: () => raw.C_Finalize(),
    unplug: () => {
      renameSync(tokens, `${tokens}.away`)
      mkdirSync(tokens)
    },
    plugIn: () => {
      rmSync(tokens, { recursive: true })
      renameSync(`${tokens}.away`, tokens)
    },
    writePin,
    addPair: ({ label, publicLabel, extractable = false, lateSensitive = false }) => {
      const slot = raw.C_GetSlotList(true).find((s) => raw.C_GetTokenInfo(s).label.trim() === tokenLabel)
      const session = raw.C_OpenSession(slot as Buffer, CK.SERIAL_SESSION | CK.RW_SESSION)
      const named = (name: string) => [
        { type: CK.TOKEN, value: true },
        { type: CK.LABEL, value: name },
        { type: CK.ID, value: Buffer.from(name) },
      ]
      const curve = { type: CK.EC_PARAMS, value: Buffer.from('06082a8648ce3d030107', 'hex') }
      const { privateKey } = raw.C_GenerateKeyPair(
        session,
        { mechanism: CK.EC_KEY_PAIR_GEN, parameter: null },
        [...named(publicLabel), { type: CK.VERIFY, value: true }, curve],
        [
          ...named(label),
          { type: CK.PRIVATE, value: true },
          { type: CK.SENSITIVE, value: !extractable && !lateSensitive },
          { type: CK.EXTRACTABLE, value: extractable || lateSensitive },
          { type: CK.SIGN, value: true },
        ],
      )
      if (lateSensitive)
        raw.C_SetAttributeValue(session, privateKey, [
          { type: CK.SENSITIVE, value: true },
          { type: CK.EXTRACTABLE, value: false },
        ])
      raw.C_CloseSession(session)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
