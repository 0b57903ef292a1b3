/** OCSP answers as evidence in path validation (RFC 6960 §3.2): who may answer, for how long, and what wins. */
import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { syncSignerFromPkcs8 } from '../../../src/crypto/native-signer.ts'
import { generatePkcs8 } from '../../../src/crypto/node.ts'
import { fromHex } from '../../../standards/bytes.ts'
import type { Crl, OcspAnswers } from '../../../standards/rfc5280-x509/index.ts'
import { validatePath } from '../../../standards/rfc5280-x509/index.ts'
import type { Party } from '../pki/path-world.ts'
import { AT, CA, cn, hours, listOf, make } from '../pki/path-world.ts'
import { NOCHECK, answersOf, forOcsp, responderOf } from './ocsp-world.ts'

const ca = make({ subject: cn('ca'), extensions: CA })
const leaf = make({ subject: cn('leaf'), by: ca, serial: fromHex('0102030405060708') })
const about = { certificate: leaf.certificate, issuer: ca.certificate }
const revokedAt = (h: number, reason = 1) => ({ kind: 'revoked', at: hours(h), reason }) as const

const judge = (
  ocspResponses: readonly OcspAnswers[],
  {
    crls = [],
    at = AT,
    who = leaf,
    intermediates = [],
  }: { crls?: readonly Crl[]; at?: Date; who?: Party; intermediates?: readonly Party[] } = {},
): string => {
  const { checks } = validatePath({
    leaf: who.certificate,
    intermediates: intermediates.map((p) => p.certificate),
    anchors: [ca.certificate],
    crls,
    ocspResponses,
    at,
    purpose: 'any',
    crypto: nodeCrypto,
  })
  const found = checks.find((c) => c.name === 'revocation')
  return [found?.outcome, found?.reason, found?.detail?.['fault']].filter((x) => x !== undefined).join(' ')
}

describe('an answer counts', () => {
  it('from the CA itself, by each digest in use', () => {
    for (const hash of ['sha1', 'sha256', 'sm3'] as const)
      expect(judge([answersOf(ca, [{ ...about, hash }])])).toBe('pass')
  })

  it('from a responder that this CA certified for OCSP, whether its certificate came along or not', () => {
    const responder = responderOf(ca)
    expect(judge([answersOf(responder, [about], { delegated: true })])).toBe('pass')
    expect(judge([answersOf(responder, [about])], { intermediates: [responder] })).toBe('pass')
  })

  it('from a responder without nocheck only when its own status is known', () => {
    const responder = responderOf(ca, [forOcsp()])
    const answers = answersOf(responder, [about], { delegated: true })
    expect(judge([answers])).toBe('unknown NO_REVOCATION_EVIDENCE ocsp-responder')
    expect(judge([answers, answersOf(ca, [{ certificate: responder.certificate, issuer: ca.certificate }])])).toBe(
      'pass',
    )
  })

  it('with SM2 keys', () => {
    const sm2 = () => syncSignerFromPkcs8(generatePkcs8('SM2'))
    const gmCa = make({ subject: cn('gm'), extensions: CA, key: sm2() })
    const gmLeaf = make({ subject: cn('leaf'), by: gmCa, key: sm2() })
    const responder = make({ subject: cn('r'), by: gmCa, key: sm2(), extensions: [forOcsp(), NOCHECK] })
    const ask = (answers: OcspAnswers) =>
      validatePath({
        leaf: gmLeaf.certificate,
        intermediates: [],
        anchors: [gmCa.certificate],
        crls: [],
        ocspResponses: [answers],
        at: AT,
        purpose: 'any',
        crypto: nodeCrypto,
      }).checks.find((c) => c.name === 'revocation')?.outcome
    const gm = { certificate: gmLeaf.certificate, issuer: gmCa.certificate, hash: 'sm3' } as const
    expect(ask(answersOf(responder, [gm], { delegated: true }))).toBe('pass')
    expect(ask(answersOf(gmLeaf, [gm], { delegated: true }))).toBe('unknown')
  })
})

describe('an answer is passed over', () => {
  const none = 'unknown NO_REVOCATION_EVIDENCE'
  const stranger = make({ subject: cn('ca'), extensions: CA })

  it('when it means another certificate, or the same number of another CA', () => {
    const other = make({ subject: cn('other'), by: ca, serial: fromHex('09') })
    expect(judge([answersOf(ca, [{ ...about, certificate: other.certificate }])])).toBe(none)
    expect(judge([answersOf(ca, [{ ...about, issuer: stranger.certificate }])])).toBe(none)
  })

  it('when somebody of the same name signed it', () => {
    expect(judge([answersOf(stranger, [about])])).toBe(`${none} ocsp-responder`)
  })

  it('when the responder was certified without OCSP signing, by another CA, or through a CA below', () => {
    const faults = [
      responderOf(ca, [NOCHECK]),
      responderOf(stranger),
      responderOf(make({ subject: cn('sub'), by: ca, extensions: CA })),
    ]
    for (const responder of faults)
      expect(judge([answersOf(responder, [about], { delegated: true })])).toBe(`${none} ocsp-responder`)
  })

  it('when the certificate in question signed it itself', () => {
    const selfish = make({ subject: cn('selfish'), by: ca, extensions: [forOcsp(), NOCHECK] })
    const answers = answersOf(selfish, [{ certificate: selfish.certificate, issuer: ca.certificate }], {
      delegated: true,
    })
    expect(judge([answers], { who: selfish })).toBe(`${none} ocsp-responder`)
  })

  it('when the responder had expired, or was itself revoked in spite of nocheck', () => {
    const responder = responderOf(ca)
    const late = answersOf(responder, [{ ...about, from: 1001, until: 1003, archiveCutoff: hours(-2000) }], {
      delegated: true,
    })
    expect(judge([late], { at: hours(999) })).toBe(`${none} ocsp-responder`)
    const answers = answersOf(responder, [about], { delegated: true })
    expect(judge([answers], { crls: [listOf(ca, { revoked: [{ serial: '0777' }] })] })).toBe('pass')
    expect(judge([answers], { crls: [listOf(ca, { revoked: [{ serial: '0777' }], until: -0.5 })] })).toBe(
      'unknown STALE_EVIDENCE',
    )
  })

  it('when its signature or one bit of it is another', () => {
    const good = answersOf(ca, [about])
    expect(judge([{ ...good, tbs: good.tbs.map((b, i) => (i === 40 ? b ^ 1 : b)) }])).toBe(`${none} ocsp-responder`)
    expect(judge([{ ...good, unknownCritical: ['1.2.3'] }])).toBe(`${none} ocsp-responder`)
  })
})

describe('what is known at a time', () => {
  it('is that it was revoked, or will be', () => {
    expect(judge([answersOf(ca, [{ ...about, status: revokedAt(-0.5) }])])).toBe('fail REVOKED')
    expect(judge([answersOf(ca, [{ ...about, status: revokedAt(5), from: 6, until: 7 }])])).toBe('notice REVOKED')
  })

  it('is nothing when the responder does not know the certificate, also beside a list without it', () => {
    const unknown = answersOf(ca, [{ ...about, status: { kind: 'unknown' } }])
    expect(judge([unknown])).toBe('unknown NO_REVOCATION_EVIDENCE ocsp-unknown')
    expect(judge([unknown], { crls: [listOf(ca)] })).toBe('unknown NO_REVOCATION_EVIDENCE ocsp-unknown')
    expect(judge([unknown, answersOf(ca, [{ ...about, from: -0.5 }])])).toBe('pass')
  })

  it('is stale after nextUpdate, and the more telling reason is given', () => {
    const stale = answersOf(ca, [{ ...about, from: -3, until: -2 }])
    expect(judge([stale])).toBe('unknown STALE_EVIDENCE')
    expect(judge([stale], { crls: [listOf(ca)] })).toBe('pass')
  })

  it('holds before the answer was given, but not after the end of the certificate unless it is kept', () => {
    const after = (archiveCutoff?: Date) => [
      answersOf(ca, [{ ...about, from: 1001, until: 1002, ...(archiveCutoff === undefined ? {} : { archiveCutoff }) }]),
    ]
    expect(judge([answersOf(ca, [{ ...about, from: 5, until: 6 }])])).toBe('pass')
    expect(judge(after())).toBe('unknown NO_REVOCATION_EVIDENCE ocsp-after-expiry')
    expect(judge(after(hours(-2000)))).toBe('pass')
    expect(judge(after(hours(1000.5)))).toBe('unknown NO_REVOCATION_EVIDENCE ocsp-after-expiry')
  })

  it('is revoked when a list says so and the answer does not, and the other way round', () => {
    const named = listOf(ca, { revoked: [{ serial: '0102030405060708' }] })
    expect(judge([answersOf(ca, [about])], { crls: [named] })).toBe('fail REVOKED')
    expect(judge([answersOf(ca, [{ ...about, status: revokedAt(-2) }])], { crls: [listOf(ca)] })).toBe('fail REVOKED')
  })

  it('is that a hold is over when a later answer says good', () => {
    const hold = answersOf(ca, [{ ...about, status: revokedAt(-2, 6), from: -2 }])
    expect(judge([hold])).toBe('fail REVOKED')
    expect(judge([hold, answersOf(ca, [about])])).toBe('pass')
    expect(judge([answersOf(ca, [{ ...about, status: revokedAt(-2, 1), from: -2 }]), answersOf(ca, [about])])).toBe(
      'fail REVOKED',
    )
  })

  it('is too much work for a flood of answers with certificates of strangers', () => {
    const flood = Array.from({ length: 120 }, () => {
      const good = answersOf(ca, [about])
      return { ...good, signature: good.signature.slice() }
    }).map((a) => ({ ...a, tbs: a.tbs.slice(0, -1) }))
    const started = performance.now()
    expect(judge(flood)).toContain('unknown NO_REVOCATION_EVIDENCE')
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
