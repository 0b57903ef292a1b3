/** Certificates: parsed and checked under a known issuer; issued by the CA alone (register in memory), and with a register on PostgreSQL. */
import 'reflect-metadata'
import { X509Certificate } from '@peculiar/x509'
import { makeAuditStore } from '../adapters/postgres/audit-store.ts'
import { makeUnitOfWork } from '../adapters/postgres/db.ts'
import { makePkiStore } from '../adapters/postgres/pki-store.ts'
import { makeAuditTrail, startSequencer } from '../src/audit/index.ts'
import { createPublicKey, createVerify } from 'node:crypto'
import { nodeCrypto } from '../src/crypto/node.ts'
import { makeIds, silentLogger, systemClock, systemRandom } from '../src/kernel/index.ts'
import type { PkiDeps } from '../src/pki/index.ts'
import { issueCertificate } from '../src/pki/index.ts'
import { readElement } from '../standards/der/index.ts'
import { computeZ } from '../standards/gbt-32918-sm2/index.ts'
import { isSignatureValid, parseCertificate } from '../standards/rfc5280-x509/index.ts'
import { skipWithoutPostgres, startPostgres } from '../test/support/database.ts'
import { ACTOR, SEAL_SUBJECT, newPublicKey, pkiWorld } from '../test/unit/pki/pki-world.ts'
import type { Act, Bench, Say } from './figure.ts'
import { compare } from './figure.ts'
import { RAW_SIGN, rawSignature } from './raw-sm2.ts'

/** As many requests as a busy service has under way. */
const AT_ONCE = 16

const issuing = (deps: PkiDeps): Act => {
  // Making a key is the subscriber's work.
  const keys = Array.from({ length: 64 }, () => newPublicKey())
  let next = 0
  return () =>
    issueCertificate(deps, {
      ...{ profile: 'seal-signer', subject: SEAL_SUBJECT, actor: ACTOR },
      publicKey: keys[next++ % keys.length] as Uint8Array,
    })
}

const check = (der: Uint8Array, issuerKey: Uint8Array): Act => {
  return () => {
    if (!isSignatureValid(parseCertificate(der), issuerKey, nodeCrypto)) throw new Error('not signed by its issuer')
  }
}

const opensslSm2 = (spki: Uint8Array) => {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  const z = computeZ(nodeCrypto, spki)
  return (message: Uint8Array, signature: Uint8Array): boolean =>
    createVerify('sm3').update(z).update(message).verify(key, signature)
}

/** The first element of the certificate, as received. */
const signedPart = ({ rawData }: X509Certificate): Uint8Array => {
  const bytes = new Uint8Array(rawData)
  return readElement(bytes, 4, { path: 'tbsCertificate' }).der
}

const benchCheck = async (say: Say, wanted: (name: string) => boolean, deps: PkiDeps): Promise<void> => {
  const issued = async (profile: string, algorithm: 'SM2' | 'P-256') =>
    (
      await issueCertificate(deps, {
        ...{ profile, subject: SEAL_SUBJECT, actor: ACTOR },
        publicKey: newPublicKey(algorithm),
      })
    ).der
  const keyOf = (id: string): Uint8Array => {
    const ca = deps.authorities.find((a) => a.id === id)
    if (ca === undefined) throw new Error(`no ${id}`)
    return ca.certificate.publicKey
  }
  if (wanted('x509.check')) {
    const [der, issuer] = [await issued('seal-signer', 'SM2'), keyOf('office-ca-sm2')]
    const byOpenssl = opensslSm2(issuer)
    // The library knows no SM2: what it reads is checked by OpenSSL, with the key imported and Z made beforehand.
    const theirs: Act = () => {
      const read = new X509Certificate(new Uint8Array(der))
      const [tbs, signature] = [signedPart(read), new Uint8Array(read.signature)]
      if (!byOpenssl(tbs, signature)) throw new Error('not signed by its issuer')
    }
    say(
      await compare({
        ...{ name: 'x509.check', unit: 'SM2 certificates/s, parsed and checked under a known issuer' },
        ...{ act: check(der, issuer), yardstick: '@peculiar/x509 and OpenSSL, the same', yardstickAct: theirs },
      }),
    )
  }
  if (wanted('x509.check.p256')) {
    const [der, issuer] = [await issued('document-signer', 'P-256'), keyOf('office-ca-p256')]
    const usages: KeyUsage[] = ['verify']
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
    const publicKey = await crypto.subtle.importKey('spki', new Uint8Array(issuer), algorithm, true, usages)
    const theirs: Act = async () => {
      const good = await new X509Certificate(new Uint8Array(der)).verify({ publicKey, signatureOnly: true })
      if (!good) throw new Error('not signed by its issuer')
    }
    say(
      await compare({
        ...{ name: 'x509.check.p256', unit: 'P-256 certificates/s, parsed and checked under a known issuer' },
        ...{ act: check(der, issuer), yardstick: '@peculiar/x509, the same', yardstickAct: theirs },
      }),
    )
  }
}

const benchIssueOnPostgres = async (say: Say): Promise<void> => {
  if (skipWithoutPostgres()) return
  const server = startPostgres()
  const db = await server.fresh(AT_ONCE + 4)
  const [work, ids, store] = [makeUnitOfWork(db), makeIds(systemClock, systemRandom), makeAuditStore(db)]
  const sequencer = startSequencer({ store, work, digests: nodeCrypto, logger: silentLogger, holder: ids.next() })
  try {
    const nudge = (): void => sequencer.nudge()
    const audit = makeAuditTrail({ store, clock: systemClock, ids, digests: nodeCrypto, nudge })
    const { deps } = await pkiWorld({ store: makePkiStore(db), work, audit })
    const raw = await rawSignature('SM2')
    say(
      await compare({
        ...{
          name: 'ca.issue.postgres',
          unit: `certificates/s, ${AT_ONCE} at once, journalled, chained`,
          atOnce: AT_ONCE,
        },
        ...{ act: issuing({ ...deps, clock: systemClock, ids }), yardstick: RAW_SIGN, yardstickAct: raw.sign },
      }),
    )
  } finally {
    await sequencer.stop()
    await db.close()
    server.stop()
  }
}

export const bench: Bench['bench'] = async (say, wanted) => {
  const { deps } = await pkiWorld()
  await benchCheck(say, wanted, deps)
  if (wanted('ca.issue')) {
    const raw = await rawSignature('SM2')
    const unit = 'certificates/s: prepared, linted, signed, verified; register in memory'
    const fresh = (await pkiWorld()).deps
    const forgetful = {
      ...fresh,
      store: { ...fresh.store, intend: () => Promise.resolve(true), complete: () => Promise.resolve() },
    }
    say(await compare({ name: 'ca.issue', unit, act: issuing(forgetful), yardstick: RAW_SIGN, yardstickAct: raw.sign }))
  }
  if (wanted('ca.issue.postgres')) await benchIssueOnPostgres(say)
}
