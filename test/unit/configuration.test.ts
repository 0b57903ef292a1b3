/** src/config.ts: all faults at once, production decides nothing by default, and nothing of the demonstration gets in. */
import { describe, expect, it } from 'vitest'
import { world } from '../../examples/world.ts'
import { SETTINGS, readConfig } from '../../src/config.ts'
import { isTrustError } from '../../src/errors.ts'

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://id.yunhu.example',
  DATABASE_URL: 'postgres://xinyin@db.yunhu.example/xinyin',
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  POPULATION_REGISTRY_URL: 'https://population.yunhu.example',
  POPULATION_REGISTRY_CLIENT: 'xinyin',
  POPULATION_REGISTRY_SECRET: 'a secret of sixteen characters',
  LEGAL_ENTITY_REGISTRY_URL: 'https://entities.yunhu.example',
  LEGAL_ENTITY_REGISTRY_CLIENT: 'xinyin',
  LEGAL_ENTITY_REGISTRY_SECRET: 'a secret of sixteen characters',
  PLATFORM_NAME: '云湖省政务信任服务',
}

/** The lines of the refusal, one a fault. */
const faultsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (!isTrustError(error, 'CONFIG_INVALID')) throw error
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
  }
}

describe('settings', () => {
  it('need nothing outside production', () => {
    expect(faultsOf({})).toEqual([])
    expect(readConfig({}).production).toBe(false)
  })

  it('are complete with what production requires', () => {
    expect(faultsOf(PRODUCTION)).toEqual([])
  })

  it('name every missing setting of production at once', () => {
    const required = Object.entries(SETTINGS).flatMap(([name, s]) => ('required' in s ? [name] : []))
    const named = faultsOf({ NODE_ENV: 'production' }).map((line) => line.split(':')[0])
    // One of three settings gives the master key, so that none of them is required by itself.
    expect(named.sort()).toEqual([...required, 'MASTER_KEY'].sort())
    expect(required.length).toBe(Object.keys(PRODUCTION).length - 2)
  })

  it('name a faulty value without repeating it', () => {
    const secret = 'c2hvcnQ='
    const faults = faultsOf({ ...PRODUCTION, MASTER_KEY: secret, PORT: '70000', PUBLIC_URL: 'https://x/y' })
    expect(faults.map((line) => line.split(':')[0]).sort()).toEqual(['MASTER_KEY', 'PORT', 'PUBLIC_URL'])
    expect(faults.join()).not.toContain(secret)
  })

  it('take one source of the master key, not two', () => {
    const { MASTER_KEY: _, ...without } = PRODUCTION
    expect(faultsOf({ ...without, MASTER_KEY_FILE: '/run/keys' })).toEqual([])
    expect(faultsOf({ ...without, MASTER_KEY_PASSPHRASE_FILE: '-' })).toEqual([])
    expect(faultsOf({ ...PRODUCTION, MASTER_KEY: `m2:${PRODUCTION.MASTER_KEY}` })).toEqual([])
    expect(faultsOf({ ...PRODUCTION, MASTER_KEY_FILE: '/run/keys' })).toHaveLength(1)
  })

  it('refuse a secret of the demonstration', () => {
    for (const name of ['POPULATION_REGISTRY_SECRET', 'LEGAL_ENTITY_REGISTRY_SECRET'])
      expect(faultsOf({ ...PRODUCTION, [name]: world.registrySecrets.xinyin })).toHaveLength(1)
  })

  it.each([
    ['TLS_CERT_FILE', '/etc/cert.pem'],
    ['TRUSTED_PROXIES', '10.0.0.0/8'],
    ['DATABASE_POOL', '1'],
    ['NODE_ENV', 'prod'],
    ['LOG_LEVEL', 'trace'],
    ['PUBLIC_URL', 'id.yunhu.example'],
    ['POPULATION_REGISTRY_SECRET', 'short'],
    ['MASTER_KEYS_PREVIOUS', `m1:${PRODUCTION.MASTER_KEY}`],
    ['PKCS11_KEYS', 'root-p256'],
    ['PKCS11_KEYS', '../root'],
    ['PKCS11_SM2_SIGN', '12'],
  ])('refuse %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toHaveLength(1)
  })
})
