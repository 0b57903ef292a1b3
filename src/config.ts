/**
 * Every setting, once: name, parser, default, one line of documentation. Reads the environment, reports all faults at once,
 * returns a frozen tree; the rest of the program is handed slices. docs/configuration.md is generated from `SETTINGS`.
 * Production has no defaults for what a person must decide: such a setting is `required` there.
 */
import { isIP } from 'node:net'
import { fromBase64 } from '../standards/bytes.ts'
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
const masterKey = (value: string): Uint8Array => {
  const bytes = fromBase64(value)
  return bytes.length === 32 ? bytes : fault('must be 32 bytes in base64')
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
    doc: '32 bytes in base64: encrypts keys and personal data at rest. Outside production one is made under XINYIN_DATA.',
    parse: masterKey,
    fallback: undefined as Uint8Array | undefined,
    required: true,
    secret: true,
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
  readonly database: { readonly url?: string; readonly pool: number }
  readonly masterKey?: Uint8Array
  readonly registries: { readonly population: RegistrySlice; readonly legalEntity: RegistrySlice }
  readonly portalCallbackHosts: readonly string[]
  readonly platformName: string
  readonly logLevel: string
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

/** @throws TrustError CONFIG_INVALID naming every fault, one a line */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const { values: v, faults } = read(env)
  if ((v.TLS_CERT_FILE === '') !== (v.TLS_KEY_FILE === '')) faults.push('TLS_CERT_FILE and TLS_KEY_FILE go together')
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
    database: { ...(v.DATABASE_URL === '' ? {} : { url: v.DATABASE_URL }), pool: v.DATABASE_POOL },
    ...(v.MASTER_KEY === undefined ? {} : { masterKey: v.MASTER_KEY }),
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
    portalCallbackHosts: v.PORTAL_CALLBACK_HOSTS,
    platformName: v.PLATFORM_NAME,
    logLevel: v.LOG_LEVEL,
  })
}
