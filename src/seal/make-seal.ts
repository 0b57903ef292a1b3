/**
 * Makes an approved seal (制章, GB/T 38540-2020 6.2): keys, certificates, picture, the maker's signature over SES_SealInfo.
 * Verifies its own output before anything is released. May be called again for an approval whose making was cut short.
 */
import { toHex } from '../../standards/bytes.ts'
import { draftSeal, encodeSeal } from '../../standards/gbt-38540-seal/index.ts'
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import { parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../errors.ts'
import type { CurveAlgorithm } from '../crypto/index.ts'
import type { SealPicture } from '../document/index.ts'
import type { Agent } from '../identity/index.ts'
import type { Tx } from '../kernel/index.ts'
import { actorOf } from './actor-of.ts'
import { drawSeal } from './draw-seal.ts'
import { journalledSigning } from './journalled-signer.ts'
import type { SealDeps } from './ports.ts'
import { requireVerifiedSeal } from './require-verified-seal.ts'
import type { Seal, SealApplication, SealKey } from './seal.ts'
import { SEAL_KINDS, wholeSecond } from './seal.ts'

export interface SealMaking {
  readonly applicationId: string
  /** Who had it made. */
  readonly agent: Agent
}

type Approved = SealApplication & Required<Pick<SealApplication, 'approval'>>

const YEARS = 3

/** @throws TrustError SEAL_APPLICATION_NOT_FOUND, SEAL_APPLICATION_STATE, CHAIN_INVALID */
export const makeSeal = async (deps: SealDeps, { applicationId, agent }: SealMaking): Promise<Seal> => {
  const application = await requireApproved(deps, applicationId)
  const id = application.id
  const sm2 = await makeKey(deps, application, { keyId: `seal-${id}-sm2`, algorithm: 'SM2' })
  const p256 = await makeKey(deps, application, { keyId: `seal-${id}-p256`, algorithm: 'P-256' })
  const { approval, name, kind, line, diameterMm, entityId } = application
  const { code } = approval
  const picture = drawSeal({ name, code, diameterMm, ...(line === undefined ? {} : { line }) }, deps.font)
  const dates = validity(deps, [parseCertificate(deps.maker.certificate), parseCertificate(sm2.certificate)])
  const info = sealInfo(deps, application, { picture, signerCert: sm2.certificate, ...dates })
  const signing = journalledSigning(deps, {
    act: { kind: 'make', sealId: id, agent, reason: application.reason, at: dates.validStart },
    requireAllowed: (tx) => requireApproved(deps, applicationId, tx),
  })
  const maker = await signing.signer(deps.maker.keyId)
  const der = encodeSeal(info, { cert: deps.maker.certificate, signedValue: await maker.sign(info.der) })
  await requireVerifiedSeal(deps, { der, signerCert: sm2.certificate, at: deps.clock.now() })
  const seal: Seal = {
    ...{ id, entityId, code, name, kind, der, picture, sm2, p256 },
    ...(line === undefined ? {} : { line }),
    status: 'active',
    validFrom: dates.validStart,
    validTo: dates.validEnd,
    madeAt: deps.clock.now(),
  }
  await release(deps, seal, { agent, complete: signing.complete })
  return seal
}

const requireApproved = async ({ store }: SealDeps, applicationId: string, tx?: Tx): Promise<Approved> => {
  const application = await store.applications.find(applicationId, tx)
  if (application === undefined) throw new TrustError('SEAL_APPLICATION_NOT_FOUND', 'no such application')
  const { approval, status } = application
  if (approval === undefined || status !== 'approved')
    throw new TrustError('SEAL_APPLICATION_STATE', 'only an approved application is made into a seal')
  return { ...application, approval }
}

/** A key that an earlier attempt made is used again; its certificate is issued again, as nothing records that it was. */
const makeKey = async (
  deps: SealDeps,
  { approval, entityId, name }: Approved,
  { keyId, algorithm }: { readonly keyId: string; readonly algorithm: CurveAlgorithm },
): Promise<SealKey> => {
  const publicKey = (await deps.keys.has(keyId))
    ? (await deps.keys.signer(keyId)).publicKey
    : await deps.keys.generate(keyId, algorithm)
  const entity = await deps.identity.store.entities.find(entityId)
  if (entity === undefined) throw new TrustError('ENTITY_NOT_FOUND', 'no such entity')
  const { der } = await deps.certificates.issue({
    entityId,
    profile: algorithm === 'SM2' ? 'seal-signer' : 'document-signer',
    subject: { commonName: approval.code, organization: name, uscc: entity.uscc },
    publicKey,
    actor: { kind: 'system', id: 'seal' },
  })
  return { keyId, certificate: der }
}

interface Dates {
  readonly createDate: Date
  readonly validStart: Date
  readonly validEnd: Date
}

/** Never beyond the certificates that the seal stands on. */
const validity = ({ clock }: SealDeps, certificates: readonly Certificate[]): Dates => {
  const start = wholeSecond(clock.now())
  const end = new Date(start)
  end.setUTCFullYear(end.getUTCFullYear() + YEARS)
  const last = Math.min(end.getTime(), ...certificates.map((c) => c.notAfter.getTime()))
  return { createDate: start, validStart: start, validEnd: new Date(last) }
}

interface Face extends Dates {
  readonly picture: SealPicture
  readonly signerCert: Uint8Array
}

const sealInfo = ({ maker }: SealDeps, { approval, kind, name, line }: Approved, face: Face) => {
  const { picture, signerCert, ...dates } = face
  return draftSeal({
    vendor: maker.vendor,
    esID: approval.code,
    type: SEAL_KINDS[kind],
    name: name + (line ?? ''),
    signers: { kind: 'certs', certs: [signerCert] },
    ...dates,
    picture: { type: picture.type, data: picture.data, width: picture.widthMm, height: picture.heightMm },
  })
}

interface Release {
  readonly agent: Agent
  readonly complete: ReturnType<typeof journalledSigning>['complete']
}

/** The seal is in the register, and in the audit chain, before anyone gets it. */
const release = async (deps: SealDeps, seal: Seal, { agent, complete }: Release): Promise<void> => {
  const digest = deps.crypto.digest('sm3', seal.der)
  const event = await deps.work.run(async (tx) => {
    if (!(await deps.store.applications.markMade(tx, seal.id)))
      throw new TrustError('SEAL_APPLICATION_STATE', 'the seal was made before')
    const first = { status: 'active', from: seal.validFrom, reason: 'made', agent } as const
    await deps.store.seals.insert(tx, seal, first)
    await complete(tx, digest)
    return deps.audit.record(tx, {
      action: 'seal.made',
      actor: actorOf(agent),
      object: { kind: 'seal', id: seal.id },
      detail: { code: seal.code, sm3: toHex(digest) },
    })
  })
  await deps.audit.chained(event)
}
