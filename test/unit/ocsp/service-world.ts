/** A CA in memory with its OCSP responder: a register that can be taken away, a monotonic clock that is moved by hand. */
import { makeOcspResponders, makeOcspService } from '../../../src/pki/node.ts'
import type { OcspReply, StatusRegister } from '../../../src/pki/node.ts'
import { issueCertificate, recordCeremony } from '../../../src/pki/index.ts'
import { silentLogger } from '../../../src/kernel/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { fromHex } from '../../../standards/bytes.ts'
import type { Certificate } from '../../../standards/rfc5280-x509/index.ts'
import type { CertIdHash } from '../../../standards/rfc6960-ocsp/index.ts'
import {
  encodeCertId,
  encodeOcspRequest,
  issuerDigests,
  parseOcspResponse,
} from '../../../standards/rfc6960-ocsp/index.ts'
import { ACTOR, SEAL_SUBJECT, newPublicKey, pkiWorld } from '../pki/pki-world.ts'

export interface Asking {
  readonly issuer?: string
  readonly hash?: CertIdHash
  readonly nonce?: Uint8Array
}

export const ocspWorld = async () => {
  const world = await pkiWorld()
  const { deps, certificates, ceremony } = world
  await recordCeremony(deps, certificates)
  let ms = 1000
  let away = false
  const calls = { found: 0, followed: 0 }
  const gate = async <T>(count: keyof typeof calls, work: () => Promise<T>): Promise<T> => {
    calls[count]++
    if (away) throw new Error('no database')
    return work()
  }
  const store: StatusRegister = {
    findManyBySerial: (...args) => gate('found', () => deps.store.findManyBySerial(...args)),
    statusChangesSince: (...args) => gate('followed', () => deps.store.statusChangesSince(...args)),
    lastStatusChange: (...args) => gate('followed', () => deps.store.lastStatusChange(...args)),
  }
  const responders = makeOcspResponders(deps.authorities, { certificates, keyStore: ceremony.keyStore })
  const make = () =>
    makeOcspService({
      store,
      responders,
      crypto: nodeCrypto,
      clock: world.clock,
      monotonic: { milliseconds: () => ms },
      logger: silentLogger,
    })
  const service = make()
  const issuerOf = (id: string): Certificate => {
    const found = deps.authorities.find((a) => a.id === id)
    if (found === undefined) throw new Error(`no ${id}`)
    return found.certificate
  }
  const certId = (serialHex: string, { issuer = 'office-ca-sm2', hash = 'sha1' }: Asking = {}): Uint8Array =>
    encodeCertId(hash, issuerDigests(nodeCrypto, hash, issuerOf(issuer)), fromHex(serialHex))
  const request = (serialHex: string, asking: Asking = {}): Uint8Array =>
    encodeOcspRequest({
      certIds: [certId(serialHex, asking)],
      ...(asking.nonce === undefined ? {} : { nonce: asking.nonce }),
    })
  return {
    ...world,
    service,
    make,
    calls,
    responders,
    issuerOf,
    certId,
    request,
    pass: (milliseconds: number) => {
      ms += milliseconds
      world.clock.advance(milliseconds)
    },
    takeAway: (is: boolean) => void (away = is),
    signings: () => ceremony.keyStore.uses.filter((id) => id.includes('-ocsp')).length,
    issue: (profile: 'seal-signer' | 'document-signer' = 'seal-signer') =>
      issueCertificate(deps, {
        profile,
        subject: SEAL_SUBJECT,
        publicKey: newPublicKey(profile === 'seal-signer' ? 'SM2' : 'P-256'),
        actor: ACTOR,
      }),
    ask: async (serialHex: string, asking: Asking = {}) => {
      const { issuer = 'office-ca-sm2' } = asking
      return service.answer({ issuerId: issuer, request: request(serialHex, asking) })
    },
  }
}

/** `good`, `revoked 1`, `unknown`, or why there is no answer. */
export const saidBy = ({ der }: OcspReply): string => {
  const { status, answers } = parseOcspResponse(der)
  if (answers === undefined) return status
  return answers.singles
    .map((s) => (s.status.kind === 'revoked' ? `revoked ${s.status.reason ?? 0}` : s.status.kind))
    .join(', ')
}
