/**
 * The part of PKCS#11 v2.40 that we use, as the package pkcs11js gives it. The package is an optional peer: it is loaded when a
 * device is configured, and its absence is said with the command that installs it.
 */
import { TrustError } from '../../src/errors.ts'

/** Opaque to us: session, slot and object handles. */
export type Handle = Buffer
export interface Attribute {
  readonly type: number
  readonly value?: Buffer | string | number | boolean
}
export interface Mechanism {
  readonly mechanism: number
  readonly parameter: null
}

export interface Cryptoki {
  C_Initialize(options: { readonly flags: number }): void
  C_Finalize(): void
  C_GetSlotList(tokenPresent: boolean): Handle[]
  C_GetTokenInfo(slot: Handle): { readonly label: string; readonly flags: number }
  C_GetMechanismList(slot: Handle): number[]
  C_OpenSession(slot: Handle, flags: number): Handle
  C_CloseSession(session: Handle): void
  C_Login(session: Handle, userType: number, pin: string): void
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Handle, max: number): Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): readonly { value: Buffer }[]
  C_GenerateKeyPairAsync(
    session: Handle,
    mechanism: Mechanism,
    publicTemplate: readonly Attribute[],
    privateTemplate: readonly Attribute[],
  ): Promise<{ readonly publicKey: Handle; readonly privateKey: Handle }>
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_SignAsync(session: Handle, message: Buffer, space: Buffer): Promise<Buffer>
}

/** Numbers of PKCS#11 v2.40 (pkcs11t.h). */
export const CK = {
  OS_LOCKING_OK: 0x2,
  RW_SESSION: 0x2,
  SERIAL_SESSION: 0x4,
  USER: 1,
  USER_PIN_FINAL_TRY: 0x20000,
  USER_PIN_LOCKED: 0x40000,
  CLASS: 0x0,
  TOKEN: 0x1,
  PRIVATE: 0x2,
  LABEL: 0x3,
  KEY_TYPE: 0x100,
  ID: 0x102,
  SENSITIVE: 0x103,
  DECRYPT: 0x105,
  UNWRAP: 0x107,
  SIGN: 0x108,
  VERIFY: 0x10a,
  DERIVE: 0x10c,
  MODULUS: 0x120,
  MODULUS_BITS: 0x121,
  PUBLIC_EXPONENT: 0x122,
  EXTRACTABLE: 0x162,
  LOCAL: 0x163,
  NEVER_EXTRACTABLE: 0x164,
  ALWAYS_SENSITIVE: 0x165,
  EC_PARAMS: 0x180,
  EC_POINT: 0x181,
  PUBLIC_KEY: 2,
  PRIVATE_KEY: 3,
  RSA: 0x0,
  EC: 0x3,
  RSA_PKCS_KEY_PAIR_GEN: 0x0,
  RSA_PKCS: 0x1,
  EC_KEY_PAIR_GEN: 0x1040,
  ECDSA: 0x1041,
} as const

const RETURNS: Readonly<Record<number, string>> = {
  0xa0: 'PIN_INCORRECT',
  0xa1: 'PIN_INVALID',
  0xa2: 'PIN_LEN_RANGE',
  0xa4: 'PIN_LOCKED',
  0x100: 'USER_ALREADY_LOGGED_IN',
  0x191: 'CRYPTOKI_ALREADY_INITIALIZED',
  0x70: 'MECHANISM_INVALID',
}

/** Name of a return value that we tell apart, `OTHER` for the rest, undefined for what is no error of Cryptoki. */
export const returnOf = (error: unknown): string | undefined => {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown }
  if (typeof code !== 'number' || name !== 'Pkcs11Error') return undefined
  return RETURNS[code] ?? 'OTHER'
}

const PACKAGE = 'pkcs11js'

/** @throws TrustError CONFIG_INVALID that says what to install */
export const loadCryptoki = async (library: string): Promise<Cryptoki> => {
  let PKCS11: new () => Cryptoki & { load(path: string): void }
  try {
    const module = (await import(PACKAGE)) as {
      readonly PKCS11?: typeof PKCS11
      readonly default?: { PKCS11: typeof PKCS11 }
    }
    PKCS11 = (module.PKCS11 ?? module.default?.PKCS11) as typeof PKCS11
  } catch (cause) {
    throw new TrustError('CONFIG_INVALID', `PKCS11_MODULE needs the package ${PACKAGE}: npm i --no-save ${PACKAGE}`, {
      cause,
    })
  }
  const cryptoki = new PKCS11()
  try {
    cryptoki.load(library)
  } catch (cause) {
    throw new TrustError('CONFIG_INVALID', `PKCS11_MODULE: ${library} is no PKCS#11 library that loads here`, { cause })
  }
  return cryptoki
}
