/**
 * Issues a licence: check → write the draft down → draw the face → seal → record → only then hand out.
 * The same case asked twice gives the same licence; the same case with other content is a conflict. A draft that a crash left
 * behind is finished by the next request of its case; the sweep reports those nobody asked for again.
 */
import { parseUscc } from '../../standards/gb-32100-uscc/index.ts'
import { parseCitizenId } from '../../standards/gb-11643-citizen-id/index.ts'
import { HOLDER_CODE_TYPES } from '../../standards/gbt-36903-licence-metadata/index.ts'
import type { LicenceMetadata } from '../../standards/gbt-36903-licence-metadata/index.ts'
import { formatLicenceId } from '../../standards/gbt-36904-licence-id/index.ts'
import { toHex, utf8 } from '../../standards/bytes.ts'
import { FormatError } from '../../standards/errors.ts'
import { TrustError, isTrustError } from '../errors.ts'
import type { Agent } from '../identity/index.ts'
import { canonicalJson } from '../kernel/index.ts'
import { actorOf } from './actor.ts'
import { drawFace } from './draw-face.ts'
import type { Licence, LicenceHolder } from './licence.ts'
import type { LicenceType } from './licence-type.ts'
import { requireFields, requireNumber } from './licence-type.ts'
import type { LicenceDeps } from './ports.ts'

export interface IssueRequest {
  readonly typeCode: string
  readonly issuerId: string
  readonly agent: Agent
  readonly sealId: string
  readonly holder: LicenceHolder
  readonly number: string
  /** `YYYY-MM-DD`; today when absent. */
  readonly validFrom?: string
  readonly fields: Readonly<Record<string, string>>
  readonly caseNumber: string
}

export interface IssuedLicence {
  readonly licence: Licence
  readonly document: Uint8Array
}

const SHANGHAI_MS = 8 * 3_600_000
const NO_END = '9999-12-31'

/** Calendar day in China. */
export const chinaDay = (at: Date): string => new Date(at.getTime() + SHANGHAI_MS).toISOString().slice(0, 10)

export const issueLicence = async (deps: LicenceDeps, request: IssueRequest): Promise<IssuedLicence> => {
  const at = deps.clock.now()
  await deps.requireAuthority({ entityId: request.issuerId, agent: request.agent, function: 'licence.issue', at })
  const type = requireType(deps.types, request.typeCode)
  const checked = {
    ...request,
    holder: requireHolder(type, request.holder),
    fields: requireFields(type, request.fields),
    number: requireNumber(type, request.number),
    validFrom: requireDay(request.validFrom ?? chinaDay(at)),
  }
  const requestDigest = digestRequest(deps, checked, request.validFrom)
  const draft = await draftOf(deps, { type, request: checked, requestDigest, at })
  if (draft.documentId !== undefined) return handOut(deps, draft)

  const face = await drawFace(deps, { type, licence: draft })
  const document = await deps.sealing.seal({
    sealId: request.sealId,
    issuerId: draft.issuerId,
    document: face.ofd,
    placement: face.sealPlacement,
    agent: request.agent,
    reason: `licence ${draft.licenceId}`,
  })
  const licence = await complete(deps, { draft: { ...draft, sealId: request.sealId }, document, agent: request.agent })
  return licence === undefined ? handOut(deps, await requireFinished(deps, draft)) : { licence, document }
}

/** What another request of this case has finished meanwhile: there is one licence, and one file of it. */
const requireFinished = async ({ store }: LicenceDeps, { id }: Licence): Promise<Licence> => {
  const licence = await store.find(id)
  if (licence === undefined) throw new TrustError('LICENCE_NOT_FOUND', 'no such licence')
  return licence
}

const handOut = async (deps: LicenceDeps, licence: Licence): Promise<IssuedLicence> => {
  if (licence.documentId === undefined) throw new TrustError('CONFLICT', 'the licence is not finished; ask again')
  return { licence, document: await requireDocument(deps, licence.documentId) }
}

export const requireType = (types: readonly LicenceType[], code: string): LicenceType => {
  const type = types.find((t) => t.code === code)
  if (type === undefined) throw new TrustError('LICENCE_TYPE_UNKNOWN', 'no such licence type')
  return type
}

const requireHolder = (type: LicenceType, holder: LicenceHolder): LicenceHolder => {
  if (type.holder !== 'any' && type.holder !== holder.kind)
    throw new TrustError('LICENCE_FIELDS_INVALID', 'holder: of the wrong kind for this type', { field: 'holder' })
  const name = holder.name.normalize('NFC').trim()
  if (name.length < 1 || [...name].length > 60)
    throw new TrustError('LICENCE_FIELDS_INVALID', 'holder.name: 1 to 60 characters', { field: 'holder.name' })
  try {
    if (holder.kind === 'entity') parseUscc(holder.code)
    else parseCitizenId(holder.code)
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause
    throw new TrustError('LICENCE_FIELDS_INVALID', 'holder.code: check failed', { field: 'holder.code', cause })
  }
  return { ...holder, name }
}

const requireDay = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day)
    throw new TrustError('LICENCE_FIELDS_INVALID', 'validFrom: not a day', { field: 'validFrom' })
  return day
}

type Checked = IssueRequest & { readonly validFrom: string }

/**
 * Over what was asked: a day that was left open stays open, so that the same request tomorrow is the same request. The seal is not
 * part of it: a draft whose seal was refused or revoked is finished with another one.
 */
const digestRequest = (deps: LicenceDeps, r: Checked, asked: string | undefined): string =>
  toHex(
    deps.digests.digest(
      'sm3',
      utf8(
        canonicalJson({
          type: r.typeCode,
          holder: { ...r.holder },
          number: r.number,
          from: asked,
          fields: { ...r.fields },
        }),
      ),
    ),
  )

const existing = async (
  deps: LicenceDeps,
  { request, requestDigest }: Pick<DraftInput, 'request' | 'requestDigest'>,
): Promise<Licence | undefined> => {
  const known = await deps.store.findByCase(request.issuerId, request.caseNumber)
  if (known !== undefined && known.requestDigest !== requestDigest)
    throw new TrustError('LICENCE_DUPLICATE', 'this case has another licence already')
  return known
}

interface DraftInput {
  readonly type: LicenceType
  readonly request: Checked
  readonly requestDigest: string
  readonly at: Date
}

/** Of two requests of one case at once one writes the draft, and the other finds it. */
const draftOf = async (deps: LicenceDeps, input: DraftInput): Promise<Licence> => {
  const known = await existing(deps, input)
  if (known !== undefined) return known
  try {
    return await writeDraft(deps, input)
  } catch (error) {
    if (!isTrustError(error, 'LICENCE_DUPLICATE')) throw error
    const other = await existing(deps, input)
    if (other === undefined) throw error
    return other
  }
}

const writeDraft = async (deps: LicenceDeps, input: DraftInput): Promise<Licence> => {
  const { request, at } = input
  const office = await deps.offices.office(request.issuerId)
  const serial = `${chinaDay(at).replaceAll('-', '')}${String(await deps.store.nextSerial()).padStart(7, '0')}`
  const licenceId = formatLicenceId({ typeCode: request.typeCode, issuer: office.uscc, serial, version: 1 })
  const licence: Licence = {
    id: deps.ids.next(),
    licenceId,
    typeCode: request.typeCode,
    issuerId: request.issuerId,
    sealId: request.sealId,
    number: request.number,
    version: 1,
    holder: request.holder,
    metadata: metadataOf(input, { office, licenceId }),
    salt: toHex(deps.random.bytes(16)),
    status: 'draft',
    caseNumber: request.caseNumber,
    requestDigest: input.requestDigest,
    createdAt: at,
  }
  await deps.work.run(async (tx) => {
    await deps.store.insert(tx, licence)
    await deps.audit.record(tx, {
      action: 'licence.drafted',
      actor: actorOf(request.agent),
      object: { kind: 'licence', id: licence.id },
    })
  })
  return licence
}

const metadataOf = (
  { type, request, at }: DraftInput,
  {
    office,
    licenceId,
  }: { readonly office: { readonly name: string; readonly uscc: string }; readonly licenceId: string },
): LicenceMetadata => {
  const codeType = HOLDER_CODE_TYPES[request.holder.kind === 'entity' ? 'uscc' : 'citizenId']
  return {
    name: type.name,
    typeName: type.name,
    typeCode: type.code,
    number: request.number,
    id: licenceId,
    issuingAuthority: office.name,
    issuingAuthorityCode: office.uscc,
    issuedOn: chinaDay(at),
    holder: request.holder.name,
    holderCode: request.holder.code,
    holderCodeType: codeType.name,
    holderCodeTypeCode: codeType.code,
    validFrom: request.validFrom,
    validTo: type.validMonths === undefined ? NO_END : lastDay(request.validFrom, type.validMonths),
    sealName: office.name,
    extensions: request.fields,
  }
}

/** The day before the same day `months` later; the end of the month where that month is shorter. */
const lastDay = (from: string, months: number): string => {
  const start = new Date(`${from}T00:00:00Z`)
  const target = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months, 1))
  const length = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate()
  const same = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth(), Math.min(start.getUTCDate(), length)))
  return new Date(same.getTime() - 86_400_000).toISOString().slice(0, 10)
}

/** Undefined when another request has finished this draft. */
const complete = async (
  deps: LicenceDeps,
  { draft, document, agent }: { readonly draft: Licence; readonly document: Uint8Array; readonly agent: Agent },
): Promise<Licence | undefined> => {
  const documentId = await deps.documents.put(document)
  const at = deps.clock.now()
  const eventId = await deps.work.run(async (tx) => {
    if (!(await deps.store.setStatus(tx, draft.id, { from: 'draft', to: 'valid', documentId, sealId: draft.sealId })))
      return undefined
    await deps.store.addStatus(tx, { licenceId: draft.id, status: 'valid', at, reason: 'issued' })
    return deps.audit.record(tx, {
      action: 'licence.issued',
      actor: actorOf(agent),
      object: { kind: 'licence', id: draft.id },
      detail: { document: documentId },
    })
  })
  if (eventId === undefined) return undefined
  await deps.audit.chained(eventId)
  return { ...draft, status: 'valid', documentId }
}

export const requireDocument = async (
  deps: Pick<LicenceDeps, 'documents'>,
  documentId: string,
): Promise<Uint8Array> => {
  const document = await deps.documents.get(documentId)
  if (document === undefined) throw new TrustError('LICENCE_NOT_FOUND', 'the file of this licence is missing')
  return document
}
