/** openssl at work in a folder of its own: what it is given, and what it says. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Said {
  readonly ok: boolean
  readonly out: string
  readonly bytes: Buffer
}

export type OpensslFolder = ReturnType<typeof opensslFolder>
export type Algorithm = 'SM2' | 'P-256'

/** The id that GB/T 35276 has signers of SM2 use, unless told otherwise. */
const SM2_ID = 'distid:1234567812345678'

export const opensslFolder = () => {
  const path = mkdtempSync(join(tmpdir(), 'xinyin-openssl-'))
  let count = 0
  const put = (bytes: Uint8Array | string): string => {
    const name = `f${++count}`
    writeFileSync(join(path, name), bytes)
    return name
  }
  const run = (...args: string[]): Said => {
    const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: path })
    return { ok: status === 0, out: `${String(stdout)}${String(stderr)}`.trim(), bytes: stdout }
  }
  return {
    path,
    put,
    run,
    /** A certificate under its issuer, one level. */
    isIssuedBy: (
      algorithm: Algorithm,
      { der, issuer }: { readonly der: Uint8Array; readonly issuer: Uint8Array },
    ): Said => {
      const pem = (certificate: Uint8Array): string => put(run('x509', '-inform', 'DER', '-in', put(certificate)).bytes)
      const how = algorithm === 'SM2' ? ['-vfyopt', SM2_ID] : []
      return run('verify', '-partial_chain', '-x509_strict', ...how, '-trusted', pem(issuer), pem(der))
    },
    /** A signature (DER) over these bytes under the key of this certificate. */
    isSigned: (
      algorithm: Algorithm,
      {
        certificate,
        bytes,
        signature,
      }: { readonly certificate: Uint8Array; readonly bytes: Uint8Array; readonly signature: Uint8Array },
    ): Said => {
      const key = put(run('x509', '-inform', 'DER', '-in', put(certificate), '-noout', '-pubkey').bytes)
      const how = algorithm === 'SM2' ? ['-sm3', '-sigopt', SM2_ID] : ['-sha256']
      return run('dgst', ...how, '-verify', key, '-signature', put(signature), put(bytes))
    },
    sm3: (bytes: Uint8Array): Buffer => run('dgst', '-sm3', '-binary', put(bytes)).bytes,
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
