/** Our time stamps read and verified by openssl and pkijs, and requests of theirs answered over HTTP. SM2: openssl 3.0 cannot be told the default id in `ts`; it reads the token, and `dgst` checks the signature over the signed attributes. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as pkijs from 'pkijs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { timeStampRoutes } from '../../../src/http/index.ts'
import { toPem } from '../../../standards/bytes.ts'
import { parseTimeStampRequest, parseTimeStampResponse } from '../../../standards/rfc3161-tsp/index.ts'
import { skipWithoutProgram } from '../../support/outside.ts'
import type { Served } from '../../unit/http/serve.ts'
import { serve } from '../../unit/http/serve.ts'
import { MESSAGE, tsaWorld } from '../../unit/timestamp/tsa-world.ts'

describe.skipIf(skipWithoutProgram('openssl'))('openssl and time stamps', () => {
  let folder: string
  let server: Served
  let w: Awaited<ReturnType<typeof tsaWorld>>
  const openssl = (...args: string[]): { ok: boolean; out: string } => {
    const r = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    return { ok: r.status === 0, out: r.stdout + r.stderr }
  }
  const put = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes)
  const get = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)))
  const post = async (suite: string, body: Uint8Array): Promise<Uint8Array> => {
    const r = await fetch(`${server.url}/tsa/${suite}`, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: Buffer.from(body),
    })
    expect(r.headers.get('content-type')).toBe('application/timestamp-reply')
    return new Uint8Array(await r.arrayBuffer())
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'xinyin-ts-'))
    w = await tsaWorld()
    w.pass(Date.now() - w.clock.now().getTime())
    server = await serve(timeStampRoutes(w.service))
    for (const { id, der } of w.certificates) put(`${id}.pem`, toPem(der, 'CERTIFICATE'))
    put('data', MESSAGE)
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  it.each(['-sha256', '-sha384', '-sha512', '-sm3'])(
    'openssl asks by %s and verifies the P-256 token fully',
    async (digest) => {
      expect(openssl('ts', '-query', '-data', 'data', digest, '-cert', '-out', 'q.tsq').ok).toBe(true)
      expect(parseTimeStampRequest(get('q.tsq')).certReq).toBe(true)
      put('r.tsr', await post('p256', get('q.tsq')))
      const r = openssl(
        'ts',
        '-verify',
        '-queryfile',
        'q.tsq',
        '-in',
        'r.tsr',
        '-CAfile',
        'root-p256.pem',
        '-untrusted',
        'infra-ca-p256.pem',
      )
      expect(r.out).toContain('Verification: OK')
      const byData = openssl('ts', '-verify', '-data', 'data', '-in', 'r.tsr', '-CAfile', 'root-p256.pem')
      expect(byData.out).toContain('Verification: OK')
      const text = openssl('ts', '-reply', '-in', 'r.tsr', '-text').out
      expect(text).toMatch(/Status: Granted[^]*Accuracy: 0x01 seconds[^]*Nonce: 0x/)
    },
  )

  it('openssl verifies a token without certificates when it is given them, and no token over other data', async () => {
    openssl('ts', '-query', '-data', 'data', '-sha256', '-no_nonce', '-out', 'q.tsq')
    put('r.tsr', await post('p256', get('q.tsq')))
    put('chain.pem', Buffer.concat([get('tsa-p256.pem'), get('infra-ca-p256.pem')]))
    const args = ['-in', 'r.tsr', '-CAfile', 'root-p256.pem', '-untrusted', 'chain.pem']
    expect(openssl('ts', '-verify', '-queryfile', 'q.tsq', ...args).out).toContain('Verification: OK')
    put('other', 'something else')
    expect(openssl('ts', '-verify', '-data', 'other', ...args).out).toContain('Verification: FAILED')
  })

  it('openssl reads our refusals', async () => {
    openssl('ts', '-query', '-data', 'data', '-sha1', '-out', 'q.tsq')
    put('r.tsr', await post('p256', get('q.tsq')))
    expect(openssl('ts', '-reply', '-in', 'r.tsr', '-text').out).toMatch(
      /Status: Rejected[^]*unrecognized or unsupported algorithm/,
    )
    openssl('ts', '-query', '-data', 'data', '-sha256', '-tspolicy', '1.2.3.4', '-out', 'q.tsq')
    put('r.tsr', await post('sm2', get('q.tsq')))
    expect(openssl('ts', '-reply', '-in', 'r.tsr', '-text').out).toMatch(/Rejected[^]*policy is not supported/)
  })

  it('openssl reads an SM2 token, and finds its signature good over the attributes that are signed', async () => {
    openssl('ts', '-query', '-data', 'data', '-sm3', '-cert', '-out', 'q.tsq')
    put('r.tsr', await post('sm2', get('q.tsq')))
    const text = openssl('ts', '-reply', '-in', 'r.tsr', '-text').out
    expect(text).toMatch(/Status: Granted[^]*Hash Algorithm: sm3/)
    const signer = parseTimeStampResponse(get('r.tsr')).token?.signedData.signer
    put('attrs', signer?.signedAttributes?.toBeSigned ?? '')
    put('sig', signer?.signature ?? '')
    put('pub.pem', toPem(w.parts.keys.sm2?.certificate.publicKey ?? new Uint8Array(), 'PUBLIC KEY'))
    const id = ['-sigopt', 'distid:1234567812345678']
    expect(openssl('dgst', '-sm3', ...id, '-verify', 'pub.pem', '-signature', 'sig', 'attrs').out).toContain(
      'Verified OK',
    )
  })

  it('openssl accepts the TSA’s certificate for time stamping', () => {
    const r = openssl(
      'verify',
      '-purpose',
      'timestampsign',
      '-CAfile',
      'root-p256.pem',
      '-untrusted',
      'infra-ca-p256.pem',
      'tsa-p256.pem',
    )
    expect(r.out).toContain('OK')
  })

  it('pkijs reads the response and verifies the token', async () => {
    openssl('ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'q.tsq')
    const response = pkijs.TimeStampResp.fromBER(Buffer.from(await post('p256', get('q.tsq'))))
    expect(response.status.status).toBe(0)
    const signed = new pkijs.SignedData({ schema: response.timeStampToken?.content })
    pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: globalThis.crypto }))
    const der = (id: string) => w.certificates.find((c) => c.id === id)?.der ?? new Uint8Array()
    const trustedCerts = ['root-p256', 'infra-ca-p256'].map((id) => pkijs.Certificate.fromBER(Buffer.from(der(id))))
    const data = MESSAGE.slice().buffer
    expect(await signed.verify({ signer: 0, data, trustedCerts, checkChain: false })).toBe(true)
  })

  it('refuses too much and other media types as HTTP does, and a TSA that is not here', async () => {
    const send = (path: string, type: string, size: number) =>
      fetch(server.url + path, { method: 'POST', headers: { 'content-type': type }, body: Buffer.alloc(size) })
    expect((await send('/tsa/p256', 'application/timestamp-query', 9000)).status).toBe(413)
    expect((await send('/tsa/p256', 'text/plain', 10)).status).toBe(415)
    expect((await send('/tsa/rsa', 'application/timestamp-query', 10)).status).toBe(404)
  })
})
