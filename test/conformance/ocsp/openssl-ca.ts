/** A CA run by openssl in a folder: root, responder, TSA, two leaves of which one is revoked, its list; P-256. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromPem } from '../../../standards/bytes.ts'

const CONFIG = `
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
serial = serial
certificate = root.pem
private_key = root.key
default_md = sha256
default_days = 30
default_crl_days = 7
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = dn
prompt = no
[dn]
commonName = replaced
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
[responder]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
[tsa]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[stamps]
serial = tsserial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sm3
accuracy = secs:1, millisecs:500
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`

export interface OpensslCa {
  readonly folder: string
  openssl(...args: string[]): string
  der(name: string): Uint8Array
  read(name: string): Uint8Array
  remove(): void
}

export const makeOpensslCa = (): OpensslCa => {
  const folder = mkdtempSync(join(tmpdir(), 'xinyin-openssl-ca-'))
  const openssl = (...args: string[]): string => {
    const r = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    if (r.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${r.stderr}`)
    return r.stdout + r.stderr
  }
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  const key = (name: string) => openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`)
  const issue = (name: string, section: string): void => {
    key(name)
    openssl('req', '-new', '-config', 'c.cnf', '-key', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.csr`)
    const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-notext']
    openssl('ca', '-batch', '-config', 'c.cnf', '-extensions', section, ...files)
  }
  write('c.cnf', CONFIG)
  write('index.txt', '')
  write('serial', '1000\n')
  write('tsserial', '2A\n')
  key('root')
  const root = ['-key', 'root.key', '-subj', '/CN=openssl root', '-days', '100', '-extensions', 'root']
  openssl('req', '-new', '-x509', '-config', 'c.cnf', ...root, '-out', 'root.pem')
  for (const name of ['good', 'bad']) issue(name, 'leaf')
  issue('responder', 'responder')
  issue('tsa', 'tsa')
  openssl('ca', '-config', 'c.cnf', '-revoke', 'bad.pem', '-crl_reason', 'keyCompromise')
  openssl('ca', '-config', 'c.cnf', '-gencrl', '-out', 'crl.pem')
  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)))
  return {
    folder,
    openssl,
    read,
    der: (name) =>
      fromPem(
        new TextDecoder().decode(read(name)),
        name.startsWith('crl') ? 'X509 CRL' : 'CERTIFICATE',
      )[0] as Uint8Array,
    remove: () => rmSync(folder, { recursive: true }),
  }
}
