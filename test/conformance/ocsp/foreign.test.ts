/** OCSP answers and time stamps that openssl made, judged by us. */
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { systemClock } from '../../../src/kernel/index.ts'
import { utf8 } from '../../../standards/bytes.ts'
import { parseCertificate, parseCrl, validatePath } from '../../../standards/rfc5280-x509/index.ts'
import { parseOcspResponse } from '../../../standards/rfc6960-ocsp/index.ts'
import {
  encodeTimeStampRequest,
  parseTimeStampResponse,
  verifyTimeStamp,
} from '../../../standards/rfc3161-tsp/index.ts'
import { runCli } from '../../integration/verification/run-cli.ts'
import { skipWithoutProgram } from '../../support/outside.ts'
import type { OpensslCa } from './openssl-ca.ts'
import { makeOpensslCa } from './openssl-ca.ts'

const MESSAGE = utf8('stamped by openssl')

describe.skipIf(skipWithoutProgram('openssl'))('what openssl answers and stamps', () => {
  let ca: OpensslCa
  beforeAll(() => {
    ca = makeOpensslCa()
  })
  afterAll(() => ca.remove())

  /** openssl's own responder, without a network: a request in a file, an answer into another. */
  const answer = (of: string, signer: string, ...more: string[]): string => {
    const name = `${of}-${signer}${more.length}.der`
    ca.openssl('ocsp', ...more, '-issuer', 'root.pem', '-cert', `${of}.pem`, '-reqout', 'req.der')
    const responder = ['-index', 'index.txt', '-CA', 'root.pem', '-rsigner', `${signer}.pem`, '-rkey', `${signer}.key`]
    ca.openssl('ocsp', ...responder, '-reqin', 'req.der', '-respout', name, '-ndays', '1')
    return name
  }
  const judge = (of: string, responses: readonly string[], crls: readonly string[] = []) => {
    const finding = validatePath({
      leaf: parseCertificate(ca.der(`${of}.pem`)),
      intermediates: [],
      anchors: [parseCertificate(ca.der('root.pem'))],
      crls: crls.map((name) => parseCrl(ca.der(name))),
      ocspResponses: responses.flatMap((name) => parseOcspResponse(ca.read(name)).answers ?? []),
      at: new Date(systemClock.now().getTime() + 2_000),
      purpose: 'any',
      crypto: nodeCrypto,
    }).checks.find((c) => c.name === 'revocation')
    return `${finding?.outcome ?? ''} ${finding?.reason ?? ''} ${String(finding?.detail?.['fault'] ?? '')}`.trim()
  }

  it('is good, revoked, by its responder and by the CA itself, by SHA-1 and SHA-256', () => {
    expect(judge('good', [answer('good', 'root')])).toBe('pass')
    expect(judge('good', [answer('good', 'root', '-sha256')])).toBe('pass')
    expect(judge('bad', [answer('bad', 'root')])).toBe('fail REVOKED')
    // Its certificate has no nocheck: the list says that it is not revoked.
    expect(judge('good', [answer('good', 'responder')])).toBe('unknown NO_REVOCATION_EVIDENCE ocsp-responder')
    expect(judge('good', [answer('good', 'responder')], ['crl.pem'])).toBe('pass')
  })

  it('is nothing when a certificate without OCSP signing signed it', () => {
    expect(judge('good', [answer('good', 'bad')])).toBe('unknown NO_REVOCATION_EVIDENCE ocsp-responder')
    expect(judge('bad', [answer('good', 'root')])).toBe('unknown NO_REVOCATION_EVIDENCE')
  })

  it('xinyin verify-chain takes it by --ocsp, and leaves a refusal out', async () => {
    const at = (name: string) => join(ca.folder, name)
    writeFileSync(at('refusal.der'), Uint8Array.from([0x30, 3, 0x0a, 1, 3]))
    // After the answer, whose time is in whole seconds
    const when = new Date(systemClock.now().getTime() + 2_000).toISOString()
    const verify = (of: string, ...files: string[]) =>
      runCli(['verify-chain', at(`${of}.pem`), '--trust', at('root.pem'), '--at', when, '--ocsp', ...files.map(at)])
    expect((await verify('good', answer('good', 'root'))).code).toBe(0)
    expect((await verify('bad', answer('bad', 'root'))).code).toBe(1)
    const refused = await verify('good', 'refusal.der')
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('refusal.der') as string])
  }, 60_000)

  it.each(['sha256', 'sha384', 'sm3'] as const)('time stamps over %s prove their time', (algorithm) => {
    const nonce = Uint8Array.of(1, 2, 3)
    const hash = nodeCrypto.digest(algorithm, MESSAGE)
    writeFileSync(join(ca.folder, 'q.tsq'), encodeTimeStampRequest({ algorithm, hash, nonce, certReq: true }))
    const signer = ['-config', 'c.cnf', '-section', 'stamps', '-signer', 'tsa.pem', '-inkey', 'tsa.key']
    ca.openssl('ts', '-reply', '-queryfile', 'q.tsq', ...signer, '-out', 'r.tsr')
    const response = ca.read('r.tsr')
    const { token, status } = parseTimeStampResponse(response)
    expect([status, token?.info.accuracy, token?.info.ordering]).toEqual(['granted', 1500, true])
    const question = {
      timeStamp: response,
      stamped: MESSAGE,
      nonce,
      anchors: [parseCertificate(ca.der('root.pem'))],
      intermediates: [],
      crls: [parseCrl(ca.der('crl.pem'))],
      at: new Date(systemClock.now().getTime() + 2_000),
      crypto: nodeCrypto,
      mode: 'strict',
    } as const
    const verdict = verifyTimeStamp(question)
    expect(verdict).toMatchObject({ outcome: 'proven', tsa: 'tsa' })
    expect(verifyTimeStamp({ ...question, stamped: utf8('else') })).toMatchObject({ reason: 'HASH_FAILURE' })
  })
})
