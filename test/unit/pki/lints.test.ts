/** Each lint against a certificate that was issued, and against one that differs in just what it is about. */
import { beforeAll, describe, expect, it } from 'vitest'
import { issueCertificate } from '../../../src/pki/index.ts'
import type { LintContext } from '../../../src/pki/lints/index.ts'
import { extKeyUsage } from '../../../src/pki/lints/ext-key-usage.ts'
import { statusAddresses } from '../../../src/pki/lints/status-addresses.ts'
import { validityStart } from '../../../src/pki/lints/validity-start.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { Certificate } from '../../../standards/rfc5280-x509/index.ts'
import { extKeyUsageExtension, parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import { ACTOR, SEAL_SUBJECT, newPublicKey, pkiWorld } from './pki-world.ts'

describe('lints of purposes, addresses and dates', () => {
  let good: Certificate
  let context: LintContext & Required<Pick<LintContext, 'addresses' | 'now'>>
  beforeAll(async () => {
    const { deps, clock } = await pkiWorld()
    const request = { profile: 'seal-signer', subject: SEAL_SUBJECT, publicKey: newPublicKey('SM2'), actor: ACTOR }
    const { der, issuerId } = await issueCertificate(deps, request)
    const authority = deps.authorities.find((a) => a.id === issuerId)
    if (authority === undefined) throw new Error('no issuer')
    good = parseCertificate(der)
    const profile = deps.profiles.get('seal-signer')
    context = { issuer: authority.certificate, profile, addresses: authority.addresses, now: clock.now() }
  })
  const without = (oid: string): Certificate => ({
    ...good,
    extensions: good.extensions.filter((e) => e.extnID !== oid),
  })

  it('wants the purposes of the profile, critical as it says', () => {
    expect(extKeyUsage.check(good, context)).toBeUndefined()
    const profile = { ...context.profile, extKeyUsage: [OID.timeStamping], extKeyUsageCritical: true }
    const uses = (list: readonly string[], critical: boolean): Certificate => ({
      ...good,
      extKeyUsage: list,
      extensions: [...without(OID.extKeyUsage).extensions, extKeyUsageExtension(list, critical)],
    })
    expect(extKeyUsage.check(uses([OID.timeStamping], true), { ...context, profile })).toBeUndefined()
    for (const wrong of [
      uses([OID.timeStamping], false),
      uses([OID.timeStamping, '1.2.3'], true),
      uses(['1.2.3'], true),
    ])
      expect(extKeyUsage.check(wrong, { ...context, profile })).toBeDefined()
    const { extKeyUsage: _none, ...absent } = good
    expect(extKeyUsage.check(absent, { ...context, profile })).toBeDefined()
  })

  it('wants the addresses of the authority, all of them and no others', () => {
    expect(statusAddresses.check(good, context)).toBeUndefined()
    for (const oid of [OID.authorityInfoAccess, OID.freshestCrl])
      expect(statusAddresses.check(without(oid), context), oid).toBeDefined()
    const { addresses } = context
    for (const change of [{ ocsp: 'http://x/' }, { delta: 'http://x/' }, { caIssuers: 'http://x/' }])
      expect(statusAddresses.check(good, { ...context, addresses: { ...addresses, ...change } })).toBeDefined()
  })

  it('wants a start that is not in the past', () => {
    const starts = (ms: number) =>
      validityStart.check({ ...good, notBefore: new Date(context.now.getTime() + ms) }, context)
    expect([starts(0), starts(-299_000), starts(86_400_000)]).toEqual([undefined, undefined, undefined])
    expect(starts(-302_000)).toBeDefined()
  })
})
