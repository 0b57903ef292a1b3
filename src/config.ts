/**
 * Every setting, once: name, parser, default, one line of documentation. Reads the environment, reports all faults at once,
 * returns a frozen tree; the rest of the program is handed slices. docs/configuration.md is generated from `SETTINGS`.
 * Production has no defaults for what a person must decide: such a setting is `required` there.
 */
import { isIP } from 'node:net'
import { fromBase64 } from '../standards/bytes.ts'
import { FormatError } from '../standards/errors.ts'
import { parseUscc } from '../standards/gb-32100-uscc/index.ts'
import { isDemonstrationConstant } from './demonstration.ts'
import { TrustError } from './errors.ts'

export interface Setting<T> {
  readonly doc: string
  readonly parse: (text: string) => T
  /** What holds when the variable is absent, outside production. */
  readonly fallback: T
  /** Absent in production is a fault. */
  readonly required?: true
  /** Never printed. */
  readonly secret?: true
}

const text = (value: string): string => value
const fault = (what: string): never => {
  throw new RangeError(what)
}
const url = (value: string): string => {
  const parsed = URL.canParse(value) ? new URL(value) : fault('not a URL')
  if (!/^https?:$/.test(parsed.protocol)) fault('must be http or https')
  if (parsed.pathname !== '/' || parsed.search !== '' || parsed.hash !== '' || parsed.username !== '')
    fault('must be scheme, host and port only')
  return parsed.origin
}
const integer =
  (low: number, high: number) =>
  (value: string): number =>
    /^\d+$/.test(value) && Number(value) >= low && Number(value) <= high
      ? Number(value)
      : fault(`must be a whole number from ${low} to ${high}`)
const oneOf =
  <const T extends string>(...allowed: readonly T[]) =>
  (value: string): T =>
    allowed.find((a) => a === value) ?? fault(`must be one of ${allowed.join(', ')}`)
const addresses = (value: string): readonly string[] =>
  value
    .split(',')
    .map((v) => v.trim())
    .filter((v) => v !== '')
    .map((v) => (isIP(v) === 0 ? fault(`not an IP address: ${v}`) : v))
const masterKeyLine = (value: string): string =>
  /^(m[1-9]\d{0,5}:)?[A-Za-z0-9+/]{43}=$/.test(value) && fromBase64(value.replace(/^m\d+:/, '')).length === 32
    ? value
    : fault('must be 32 bytes in base64, or m2: and such')
const masterKeyLines = (value: string): string =>
  value
    .split(',')
    .map((v) => masterKeyLine(v.trim()))
    .join('\n')
const list = (value: string): readonly string[] =>
  value
    .split(',')
    .map((v) => v.trim())
    .filter((v) => v !== '')
const keyPatterns = (value: string): readonly string[] =>
  list(value).map((v) => (/^[a-z0-9*]+(-[a-z0-9*]+)*$/.test(v) ? v : fault(`not a key id or pattern: ${v}`)))
const mechanism = (value: string): number =>
  /^0x[0-9a-fA-F]{1,8}$/.test(value) ? Number.parseInt(value, 16) : fault('must be hexadecimal, 0x…')
const uscc = (value: string): string => {
  try {
    return parseUscc(value).code
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return fault('not a unified social credit code')
  }
}
const secretText = (value: string): string => (value.length >= 16 ? value : fault('must have at least 16 characters'))

export const SETTINGS = {
  NODE_ENV: {
    doc: '`production` turns demonstration data, development keys and simulators off and makes the required settings required.',
    parse: oneOf('production', 'development', 'test'),
    fallback: 'development' as const,
  },
  XINYIN_DATA: { doc: 'Folder of state: embedded database, keys, documents.', parse: text, fallback: '.data' },
  HOST: { doc: 'Address to listen on.', parse: text, fallback: '127.0.0.1' },
  PORT: { doc: 'Port to listen on; 0 takes a free one.', parse: integer(0, 65_535), fallback: 3000 },
  PUBLIC_URL: {
    doc: 'Address that people and portals use; the OpenID issuer is this plus `/oidc`.',
    parse: url,
    fallback: '',
    required: true,
  },
  TRUSTED_PROXIES: {
    doc: 'Comma-separated addresses of reverse proxies whose X-Forwarded-* headers are believed; all others are ignored.',
    parse: addresses,
    fallback: [] as readonly string[],
  },
  TSA_PER_ADDRESS: {
    doc: 'Time stamps a second for one client address (five seconds’ worth at once), and as many OCSP questions by POST; more get 429.',
    parse: integer(1, 100_000),
    fallback: 10,
  },
  TLS_CERT_FILE: {
    doc: 'PEM certificate chain: serve HTTPS ourselves (together with TLS_KEY_FILE).',
    parse: text,
    fallback: '',
  },
  TLS_KEY_FILE: { doc: 'PEM private key of TLS_CERT_FILE.', parse: text, fallback: '' },
  DATABASE_URL: {
    doc: 'PostgreSQL 15 or later. Absent: the embedded database in XINYIN_DATA, which is not for production.',
    parse: text,
    fallback: '',
    required: true,
    secret: true,
  },
  DATABASE_POOL: { doc: 'Connections per process.', parse: integer(2, 200), fallback: 10 },
  MASTER_KEY: {
    doc: '32 bytes in base64, with its version before it once it was rotated (`m2:…`): encrypts keys and personal data at rest. In production this, MASTER_KEY_FILE or MASTER_KEY_PASSPHRASE_FILE must be set. Outside production one is made under XINYIN_DATA.',
    parse: masterKeyLine,
    fallback: '',
    secret: true,
  },
  MASTER_KEYS_PREVIOUS: {
    doc: 'Comma-separated earlier values of MASTER_KEY with their versions (`m1:…`), accepted until `xinyin keys rotate-master` has left nothing under them.',
    parse: masterKeyLines,
    fallback: '',
    secret: true,
  },
  MASTER_KEY_FILE: {
    doc: 'File (0600) of master keys instead of MASTER_KEY: one a line as `m2:…`, the current one first. Read again when it changes: a rotation needs no restart.',
    parse: text,
    fallback: '',
  },
  MASTER_KEY_PASSPHRASE_FILE: {
    doc: 'The same with passphrases (at least 12 characters) in place of keys; the key is made from them by argon2id with a salt kept in XINYIN_DATA. `-` asks at the terminal.',
    parse: text,
    fallback: '',
  },
  PKCS11_MODULE: {
    doc: 'Path of the PKCS#11 library of a device that keeps the keys named in PKCS11_KEYS. Needs the npm package pkcs11js.',
    parse: text,
    fallback: '',
  },
  PKCS11_TOKEN_LABEL: { doc: 'Label of the token in that device.', parse: text, fallback: '' },
  PKCS11_PIN_FILE: { doc: 'File (0600) with the user PIN of the token.', parse: text, fallback: '' },
  PKCS11_KEYS: {
    doc: 'Comma-separated key ids that live in the device, `*` for any part: `root-p256,*-ca-p256`. All others are files.',
    parse: keyPatterns,
    fallback: [] as readonly string[],
  },
  PKCS11_SESSIONS: {
    doc: "Calls to the device at once, each on a thread of Node's pool of four: raise UV_THREADPOOL_SIZE with it.",
    parse: integer(1, 64),
    fallback: 2,
  },
  PKCS11_SM2_SIGN: {
    doc: "The device's own mechanism that signs an SM2 digest, hexadecimal, where it has one (PKCS#11 names none).",
    parse: mechanism,
    fallback: undefined as number | undefined,
  },
  PKCS11_SM2_GENERATE: {
    doc: "The device's mechanism that makes SM2 keys; CKM_EC_KEY_PAIR_GEN unless set.",
    parse: mechanism,
    fallback: undefined as number | undefined,
  },
  PKCS11_SM2_KEY_TYPE: {
    doc: "The device's key type for SM2; CKK_EC unless set.",
    parse: mechanism,
    fallback: undefined as number | undefined,
  },
  POPULATION_REGISTRY_URL: {
    doc: 'Population registry (人口库), scheme, host and port.',
    parse: url,
    fallback: '',
    required: true,
  },
  POPULATION_REGISTRY_CLIENT: {
    doc: 'Our client id at the population registry.',
    parse: text,
    fallback: '',
    required: true,
  },
  POPULATION_REGISTRY_SECRET: {
    doc: 'HMAC-SM3 secret shared with the population registry.',
    parse: secretText,
    fallback: '',
    required: true,
    secret: true,
  },
  LEGAL_ENTITY_REGISTRY_URL: {
    doc: 'Legal-entity registry (法人库), scheme, host and port.',
    parse: url,
    fallback: '',
    required: true,
  },
  LEGAL_ENTITY_REGISTRY_CLIENT: {
    doc: 'Our client id at the legal-entity registry.',
    parse: text,
    fallback: '',
    required: true,
  },
  LEGAL_ENTITY_REGISTRY_SECRET: {
    doc: 'HMAC-SM3 secret shared with the legal-entity registry.',
    parse: secretText,
    fallback: '',
    required: true,
    secret: true,
  },
  TRUST_FOLDER: {
    doc: 'Anchors, cross-certificates and CRLs of other regions (layout: keys/trust/README.md). Default: keys/trust of the program.',
    parse: text,
    fallback: '',
  },
  CA_OPERATOR_USCC: {
    doc: 'Unified social credit code of the organisation that runs the CA: its mandates make certificate officers. Absent: there are none.',
    parse: uscc,
    fallback: '',
  },
  PORTAL_CALLBACK_HOSTS: {
    doc: 'Comma-separated host names that back-channel sign-out may reach besides those of registered clients.',
    parse: (v: string) =>
      v
        .split(',')
        .map((h) => h.trim())
        .filter((h) => h !== ''),
    fallback: [] as readonly string[],
  },
  PLATFORM_NAME: {
    doc: 'Name of the platform on pages, seals makers and certificates.',
    parse: text,
    fallback: '云湖省政务信任服务',
    required: true,
  },
  LOG_LEVEL: {
    doc: 'Least level of log lines.',
    parse: oneOf('debug', 'info', 'warn', 'error', 'silent'),
    fallback: 'info' as const,
  },
} as const satisfies Record<string, Setting<unknown>>

type Values = {
  readonly [K in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[K]['parse']> | (typeof SETTINGS)[K]['fallback']
}

export interface Config {
  readonly production: boolean
  readonly dataFolder: string
  readonly listen: {
    readonly host: string
    readonly port: number
    readonly tls?: { readonly certFile: string; readonly keyFile: string }
  }
  /** Undefined outside production: derived from the port that is taken. */
  readonly publicUrl?: string
  readonly trustedProxies: readonly string[]
  readonly tsaPerAddress: number
  readonly database: { readonly url?: string; readonly pool: number }
  /** Undefined outside production: one is made in the data folder. */
  readonly masterKey?: MasterKeySetting
  readonly pkcs11?: Pkcs11Setting
  readonly registries: { readonly population: RegistrySlice; readonly legalEntity: RegistrySlice }
  /** The demonstration names one. */
  readonly caOperatorUscc?: string
  readonly trustFolder?: string
  readonly portalCallbackHosts: readonly string[]
  readonly platformName: string
  readonly logLevel: string
}
export type MasterKeySetting =
  | { readonly kind: 'keys'; readonly lines: string }
  | { readonly kind: 'key-file' | 'passphrase-file'; readonly path: string }
export interface Pkcs11Setting {
  readonly module: string
  readonly tokenLabel: string
  readonly pinFile: string
  /** Key ids, `*` for any part. */
  readonly keys: readonly string[]
  readonly sessions: number
  /** Mechanism and key type numbers of the device; without `sign` it has no SM2. */
  readonly sm2?: { readonly sign: number; readonly generate?: number; readonly keyType?: number }
}
export interface RegistrySlice {
  readonly url: string
  readonly client: string
  readonly secret: string
}

const read = (env: Readonly<Record<string, string | undefined>>): { values: Values; faults: string[] } => {
  const faults: string[] = []
  const production = env['NODE_ENV'] === 'production'
  const values = Object.entries(SETTINGS).map(([name, setting]: [string, Setting<unknown>]) => {
    const given = env[name]?.trim()
    if (given === undefined || given === '') {
      if (production && setting.required === true) faults.push(`${name}: required in production`)
      return [name, setting.fallback]
    }
    if (production && setting.secret === true && isDemonstrationConstant(given))
      faults.push(`${name}: a secret of the demonstration, which anyone can read`)
    try {
      return [name, setting.parse(given)]
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      faults.push(`${name}: ${error.message}`)
      return [name, setting.fallback]
    }
  })
  return { values: Object.fromEntries(values) as Values, faults }
}

const masterKeyOf = (v: Values, faults: string[]): MasterKeySetting | undefined => {
  const given = (['MASTER_KEY', 'MASTER_KEY_FILE', 'MASTER_KEY_PASSPHRASE_FILE'] as const).filter((n) => v[n] !== '')
  if (given.length > 1) faults.push(`${given.join(', ')}: only one of them`)
  const isFaulty = faults.some((f) => f.startsWith('MASTER_KEY'))
  if (given.length === 0 && !isFaulty && v.NODE_ENV === 'production')
    faults.push('MASTER_KEY: required in production (or MASTER_KEY_FILE, MASTER_KEY_PASSPHRASE_FILE)')
  if (v.MASTER_KEYS_PREVIOUS !== '' && v.MASTER_KEY === '') faults.push('MASTER_KEYS_PREVIOUS goes with MASTER_KEY')
  if (v.MASTER_KEY !== '') return { kind: 'keys', lines: `${v.MASTER_KEY}\n${v.MASTER_KEYS_PREVIOUS}` }
  if (v.MASTER_KEY_FILE !== '') return { kind: 'key-file', path: v.MASTER_KEY_FILE }
  return v.MASTER_KEY_PASSPHRASE_FILE === ''
    ? undefined
    : { kind: 'passphrase-file', path: v.MASTER_KEY_PASSPHRASE_FILE }
}

const pkcs11Of = (v: Values, faults: string[]): Pkcs11Setting | undefined => {
  const parts = [v.PKCS11_MODULE, v.PKCS11_TOKEN_LABEL, v.PKCS11_PIN_FILE, v.PKCS11_KEYS.join()]
  if (parts.every((p) => p === '')) return undefined
  if (parts.includes('')) faults.push('PKCS11_MODULE, PKCS11_TOKEN_LABEL, PKCS11_PIN_FILE and PKCS11_KEYS go together')
  const { PKCS11_SM2_SIGN: sign, PKCS11_SM2_GENERATE: generate, PKCS11_SM2_KEY_TYPE: keyType } = v
  const optional = {
    ...(generate === undefined ? {} : { generate }),
    ...(keyType === undefined ? {} : { keyType }),
  }
  return {
    module: v.PKCS11_MODULE,
    tokenLabel: v.PKCS11_TOKEN_LABEL,
    pinFile: v.PKCS11_PIN_FILE,
    keys: v.PKCS11_KEYS,
    sessions: v.PKCS11_SESSIONS,
    ...(sign === undefined ? {} : { sm2: { sign, ...optional } }),
  }
}

/** @throws TrustError CONFIG_INVALID naming every fault, one a line */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const { values: v, faults } = read(env)
  if ((v.TLS_CERT_FILE === '') !== (v.TLS_KEY_FILE === '')) faults.push('TLS_CERT_FILE and TLS_KEY_FILE go together')
  const [masterKey, pkcs11] = [masterKeyOf(v, faults), pkcs11Of(v, faults)]
  if (faults.length > 0) throw new TrustError('CONFIG_INVALID', `the settings have faults:\n  ${faults.join('\n  ')}`)
  return Object.freeze({
    production: v.NODE_ENV === 'production',
    dataFolder: v.XINYIN_DATA,
    listen: {
      host: v.HOST,
      port: v.PORT,
      ...(v.TLS_CERT_FILE === '' ? {} : { tls: { certFile: v.TLS_CERT_FILE, keyFile: v.TLS_KEY_FILE } }),
    },
    ...(v.PUBLIC_URL === '' ? {} : { publicUrl: v.PUBLIC_URL }),
    trustedProxies: v.TRUSTED_PROXIES,
    tsaPerAddress: v.TSA_PER_ADDRESS,
    database: { ...(v.DATABASE_URL === '' ? {} : { url: v.DATABASE_URL }), pool: v.DATABASE_POOL },
    ...(masterKey === undefined ? {} : { masterKey }),
    ...(pkcs11 === undefined ? {} : { pkcs11 }),
    registries: {
      population: {
        url: v.POPULATION_REGISTRY_URL,
        client: v.POPULATION_REGISTRY_CLIENT,
        secret: v.POPULATION_REGISTRY_SECRET,
      },
      legalEntity: {
        url: v.LEGAL_ENTITY_REGISTRY_URL,
        client: v.LEGAL_ENTITY_REGISTRY_CLIENT,
        secret: v.LEGAL_ENTITY_REGISTRY_SECRET,
      },
    },
    ...(v.CA_OPERATOR_USCC === '' ? {} : { caOperatorUscc: v.CA_OPERATOR_USCC }),
    ...(v.TRUST_FOLDER === '' ? {} : { trustFolder: v.TRUST_FOLDER }),
    portalCallbackHosts: v.PORTAL_CALLBACK_HOSTS,
    platformName: v.PLATFORM_NAME,
    logLevel: v.LOG_LEVEL,
  })
}
