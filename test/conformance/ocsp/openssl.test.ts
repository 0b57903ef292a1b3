/** Our OCSP responder asked by openssl over HTTP, and its answers read by openssl and pkijs. SM2: openssl 3.0 reads them; the signature it checks by hand, as `ocsp` cannot be told the default id. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ocspRoutes } from '../../../src/http/index.ts'
import { revokeCertificate } from '../../../src/pki/index.ts'
import { toBase64, toPem } from '../../../standards/bytes.ts'
import { parseOcspRequest, parseOcspResponse } from '../../../standards/rfc6960-ocsp/index.ts'
import { skipWithoutProgram } from '../../support/outside.ts'
import type { Served } from '../../unit/http/serve.ts'
import { serve } from '../../unit/http/serve.ts'
import { ocspWorld, saidBy } from '../../unit/ocsp/service-world.ts'
import { ACTOR } from '../../unit/pki/pki-world.ts'

describe.skipIf(skipWithoutProgram('openssl'))('openssl and the OCSP responder', () => {
  let folder: string
  let server: Served
  let w: Awaited<ReturnType<typeof ocspWorld>>
  let good: { serialHex: string; der: Uint8Array }
  let bad: { serialHex: string; der: Uint8Array; issuerId: string }

  /** Not spawnSync: the server it asks runs in this process. */
  const openssl = (...args: string[]): Promise<{ ok: boolean; out: string }> =>
    new Promise((resolve) => {
      const child = spawn('openssl', args, { cwd: folder })
      let out = ''
      child.stdout.on('data', (d: Buffer) => (out += d.toString()))
      child.stderr.on('data', (d: Buffer) => (out += d.toString()))
      child.on('close', (code) => resolve({ ok: code === 0, out }))
    })
  const put = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'xinyin-ocsp-'))
    w = await ocspWorld()
    // openssl judges by the clock on the wall
    w.clock.advance(Date.now() - w.clock.now().getTime())
    server = await serve(ocspRoutes(w.service, w.clock))
    for (const { id, der } of w.certificates) put(`${id}.pem`, toPem(der, 'CERTIFICATE'))
    good = await w.issue('document-signer')
    bad = await w.issue('document-signer')
    await revokeCertificate(w.deps, { ...bad, reason: 'keyCompromise', actor: ACTOR })
    put('good.pem', toPem(good.der, 'CERTIFICATE'))
    put('bad.pem', toPem(bad.der, 'CERTIFICATE'))
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  const P256 = ['-issuer', 'office-ca-p256.pem', '-CAfile', 'root-p256.pem', '-verify_other', 'office-ca-p256.pem']

  it('openssl asks over HTTP with a nonce, verifies the delegated responder and reads good and revoked', async () => {
    const r = await openssl(
      'ocsp',
      ...P256,
      '-cert',
      'good.pem',
      '-cert',
      'bad.pem',
      '-url',
      `${server.url}/ocsp/office-ca-p256`,
    )
    expect(r.out).toContain('Response verify OK')
    expect(r.out).toContain('good.pem: good')
    expect(r.out).toMatch(/bad\.pem: revoked[^]*keyCompromise/)
    expect(r.out).not.toContain('nonce')
  })

  it('openssl asks by SHA-256, for a CA certificate under its root, and at the address of all CAs', async () => {
    const sha256 = await openssl('ocsp', '-sha256', ...P256, '-cert', 'good.pem', '-url', `${server.url}/ocsp`)
    expect(sha256.out).toContain('Response verify OK')
    expect(sha256.out).toContain('good.pem: good')
    const root = ['-issuer', 'root-p256.pem', '-CAfile', 'root-p256.pem', '-cert', 'office-ca-p256.pem']
    const ca = await openssl('ocsp', ...root, '-url', `${server.url}/ocsp/root-p256`)
    expect(ca.out).toContain('Response verify OK')
    expect(ca.out).toContain('office-ca-p256.pem: good')
  })

  it('openssl reads unknown for a number that was never issued, and does not verify a changed answer', async () => {
    const request = w.request('41'.repeat(16), { issuer: 'office-ca-p256' })
    const { der } = await w.service.answer({ issuerId: 'office-ca-p256', request })
    put('unknown.der', der)
    const asked = ['-serial', `0x${'41'.repeat(16)}`, '-respin', 'unknown.der', '-no_nonce']
    const r = await openssl('ocsp', ...P256, ...asked)
    expect(r.out).toContain('Response verify OK')
    expect(r.out).toContain(': unknown')
    const changed = der.slice()
    changed[60] = (changed[60] as number) ^ 1
    put('unknown.der', changed)
    expect((await openssl('ocsp', ...P256, ...asked)).out).not.toContain('Response verify OK')
  })

  it('GET with the request in the path gives the same, with headers for caches; a cache that has it gets 304', async () => {
    const request = w.request(good.serialHex, { issuer: 'office-ca-p256' })
    const url = (path: string) => `${server.url}/ocsp/office-ca-p256/${path}`
    const first = await fetch(url(encodeURIComponent(toBase64(request))))
    expect(first.headers.get('content-type')).toBe('application/ocsp-response')
    expect(first.headers.get('cache-control')).toMatch(/^max-age=60, public, no-transform, must-revalidate$/)
    expect(Date.parse(first.headers.get('expires') ?? '')).toBeGreaterThan(w.clock.now().getTime())
    put('get.der', new Uint8Array(await first.arrayBuffer()))
    const r = await openssl('ocsp', ...P256, '-cert', 'good.pem', '-respin', 'get.der', '-no_nonce')
    expect(r.out).toContain('good.pem: good')
    const etag = first.headers.get('etag') ?? ''
    const again = await fetch(url(toBase64(request)), { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    const long = w.request(good.serialHex, { issuer: 'office-ca-p256', hash: 'sm3', nonce: new Uint8Array(32) })
    const nonced = await fetch(url(encodeURIComponent(toBase64(long))))
    expect(nonced.headers.get('cache-control')).toBe('no-store')
    expect(saidBy({ der: new Uint8Array(await nonced.arrayBuffer()) })).toBe('good')
  })

  it('refuses over HTTP as OCSP does: garbage, other CAs; too much and other media types as HTTP does', async () => {
    const post = (path: string, body: Uint8Array, type = 'application/ocsp-request') =>
      fetch(server.url + path, { method: 'POST', headers: { 'content-type': type }, body: Buffer.from(body) })
    const said = async (r: Response) => saidBy({ der: new Uint8Array(await r.arrayBuffer()) })
    expect(await said(await post('/ocsp/office-ca-p256', new Uint8Array(10)))).toBe('malformedRequest')
    expect(await said(await post('/ocsp/root-p256', w.request(good.serialHex)))).toBe('unauthorized')
    expect(await said(await fetch(`${server.url}/ocsp/office-ca-p256/%25%25%25`))).toBe('malformedRequest')
    expect((await post('/ocsp', new Uint8Array(17 * 1024))).status).toBe(413)
    expect((await post('/ocsp', w.request(good.serialHex), 'text/plain')).status).toBe(415)
  })

  it('pkijs reads the answer and verifies its signature', async () => {
    const { der } = await w.ask(good.serialHex, { issuer: 'office-ca-p256', nonce: new Uint8Array(16).fill(1) })
    const response = pkijs.OCSPResponse.fromBER(Buffer.from(der))
    expect(response.responseStatus.valueBlock.valueDec).toBe(0)
    const inner = response.responseBytes?.response.valueBlock.valueHexView ?? new Uint8Array()
    const basic = pkijs.BasicOCSPResponse.fromBER(Buffer.from(inner))
    expect(basic.tbsResponseData.responses).toHaveLength(1)
    pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: globalThis.crypto }))
    const pem = (id: string) => w.certificates.find((c) => c.id === id)?.der ?? new Uint8Array()
    const trustedCerts = ['office-ca-p256', 'root-p256'].map((id) => pkijs.Certificate.fromBER(Buffer.from(pem(id))))
    expect(await basic.verify({ trustedCerts })).toBe(true)
    expect(asn1js.fromBER(der).offset).toBe(der.length)
  })

  it('a request that pkijs wrote is understood', async () => {
    const request = new pkijs.OCSPRequest()
    const certificate = pkijs.Certificate.fromBER(Buffer.from(good.der))
    const issuer = w.certificates.find((c) => c.id === 'office-ca-p256')?.der ?? new Uint8Array()
    await request.createForCertificate(certificate, {
      hashAlgorithm: 'SHA-256',
      issuerCertificate: pkijs.Certificate.fromBER(Buffer.from(issuer)),
    })
    const der = new Uint8Array(request.toSchema(true).toBER())
    expect(parseOcspRequest(der).certIds).toHaveLength(1)
    expect(saidBy(await w.service.answer({ request: der }))).toBe('good')
  })

  it('openssl reads an SM2 answer, and finds its signature good over the bytes that are signed', async () => {
    const seal = await w.issue()
    const { der } = await w.ask(seal.serialHex, { hash: 'sm3' })
    put('sm2.der', der)
    const text = await openssl('ocsp', '-respin', 'sm2.der', '-resp_text', '-noverify')
    expect(text.out).toContain('Cert Status: good')
    const answers = parseOcspResponse(der).answers
    put('sm2.tbs', answers?.tbs ?? '')
    put('sm2.sig', answers?.signature ?? '')
    put('sm2.pub', toPem(answers?.certificates[0]?.publicKey ?? new Uint8Array(), 'PUBLIC KEY'))
    const id = ['-sigopt', 'distid:1234567812345678']
    const check = spawnSync(
      'openssl',
      ['dgst', '-sm3', ...id, '-verify', 'sm2.pub', '-signature', 'sm2.sig', 'sm2.tbs'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    )
    expect(check.stdout).toContain('Verified OK')
  })

  it('openssl’s own request and answer are read by us', async () => {
    await openssl('ocsp', '-issuer', 'office-ca-p256.pem', '-cert', 'good.pem', '-reqout', 'req.der')
    const request = readFileSync(join(folder, 'req.der'))
    expect(parseOcspRequest(new Uint8Array(request)).nonce).toHaveLength(16)
  })
})
