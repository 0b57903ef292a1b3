/**
 * The OCSP responder (RFC 6960, RFC 5019): says `good` of what the register holds and nothing speaks against, `revoked` (on hold: reason
 * 6), and `unknown` of every number that we did not issue. Signed answers to single questions without a nonce are kept until a change of
 * status or half of their life; while the database is away they are given until their nextUpdate, everything else is told to try later.
 * Refuses garbage, CAs that are not ours, and questions about several CAs at once, before it touches a database or a key.
 */
import { toHex } from '../../../standards/bytes.ts'
import type { OcspStatus } from '../../../standards/rfc5280-x509/index.ts'
import { serialHex } from '../../../standards/rfc5280-x509/index.ts'
import type { OcspAnswerDraft, OcspResponseStatus } from '../../../standards/rfc6960-ocsp/index.ts'
import { encodeOcspError } from '../../../standards/rfc6960-ocsp/index.ts'
import type { StoredCertificate } from '../ports.ts'
import type { StatusFollower } from './follow-status.ts'
import { makeStatusFollower } from './follow-status.ts'
import type { KeptAnswer, KeptAnswers } from './kept-answers.ts'
import { makeKeptAnswers } from './kept-answers.ts'
import type { OcspDeps, OcspReply, OcspService } from './ports.ts'
import type { Asked } from './read-question.ts'
import { makeReadQuestion } from './read-question.ts'
import { signAnswers } from './sign-answers.ts'

const LIFETIME_MS = 12 * 3_600_000
/** Questions, not requests: with more under way than this, whoever comes is told to try later. One request asks up to 64. */
const AT_ONCE = 256
/** What was kept before the clock was set back further than this speaks of the future, which verifiers refuse. */
const CLOCK_TOLERANCE_MS = 5_000
const LONGEST_SERIAL_HEX = 40

const refuse = (status: Exclude<OcspResponseStatus, 'successful'>): OcspReply => ({ der: encodeOcspError(status) })

const statusOf = (certificate: StoredCertificate | undefined): OcspStatus => {
  if (certificate === undefined) return { kind: 'unknown' }
  const { revocation } = certificate
  return revocation === undefined
    ? { kind: 'good' }
    : { kind: 'revoked', at: revocation.at, reason: revocation.reasonCode }
}

const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

/** One query, however many are asked about. */
const draftAnswers = async (deps: OcspDeps, { request, responder }: Asked, at: Date): Promise<OcspAnswerDraft[]> => {
  const end = responder.certificate.notAfter
  const usual = new Date(at.getTime() + LIFETIME_MS)
  const nextUpdate = usual < end ? usual : end
  const possible = request.certIds.map((c) => serialHex(c.serial)).filter((n) => n.length <= LONGEST_SERIAL_HEX)
  const rows = possible.length === 0 ? [] : await deps.store.findManyBySerial(responder.issuerId, possible)
  const bySerial = new Map(rows.map((r) => [r.serialHex, r] as const))
  return request.certIds.map(({ der: certId, serial }) => {
    const found = bySerial.get(serialHex(serial))
    // Seals are judged long after their certificates have ended: none is forgotten (§4.4.4).
    const archive = found !== undefined && found.notAfter < at ? { archiveCutoff: responder.issuer.notBefore } : {}
    return { certId, status: statusOf(found), thisUpdate: at, nextUpdate, ...archive }
  })
}

/** Where the answer to this request is kept; undefined when it is made for this request alone. */
const placeOf = ({ request, responder }: Asked): readonly [about: string, question: string] | undefined => {
  const [only, ...more] = request.certIds
  if (only === undefined || more.length > 0 || request.nonce !== undefined) return undefined
  return [`${responder.issuerId}/${serialHex(only.serial)}`, toHex(only.der)]
}

interface Parts {
  readonly deps: OcspDeps
  readonly follower: StatusFollower
  readonly kept: KeptAnswers
}

/** Reads the register and signs. Kept only if no change was seen meanwhile; of a number that we do not know nothing is kept. */
const makeAnswer = async ({ deps, follower, kept }: Parts, asked: Asked): Promise<OcspReply> => {
  const place = placeOf(asked)
  const before = follower.epoch()
  const at = wholeSeconds(deps.clock.now())
  const answers = await draftAnswers(deps, asked, at).catch(() => undefined)
  if (answers === undefined) return refuse('tryLater')
  const { nonce } = asked.request
  const { responder } = asked
  const der = await signAnswers(deps, { responder, at, answers, ...(nonce === undefined ? {} : { nonce }) })
  const [first] = answers
  if (place === undefined || first === undefined || first.status.kind === 'unknown') return { der }
  const answer: KeptAnswer = { der, cacheable: { thisUpdate: first.thisUpdate, nextUpdate: first.nextUpdate } }
  if (follower.epoch() === before) kept.keep(...place, answer)
  return answer
}

const halfOver = ({ thisUpdate, nextUpdate }: KeptAnswer['cacheable']): number =>
  (thisUpdate.getTime() + nextUpdate.getTime()) / 2

export const makeOcspService = (deps: OcspDeps): OcspService => {
  const readQuestion = makeReadQuestion(deps)
  const kept = makeKeptAnswers()
  const follower = makeStatusFollower({
    store: deps.store,
    issuerIds: deps.responders.map((r) => r.issuerId),
    monotonic: deps.monotonic,
    onChange: ({ issuerId, serialHex: number }) => kept.drop(`${issuerId}/${number}`),
  })
  const underway = new Map<string, Promise<OcspReply>>()
  let working = 0

  const make = async (asked: Asked): Promise<OcspReply> => {
    const questions = asked.request.certIds.length
    if (working + questions > AT_ONCE) return refuse('tryLater')
    working += questions
    try {
      return await makeAnswer({ deps, follower, kept }, asked)
    } catch (error) {
      deps.logger.error('ocsp.failed', {
        issuerId: asked.responder.issuerId,
        error: (error as { readonly code?: string }).code ?? 'unknown',
      })
      return refuse('internalError')
    } finally {
      working -= questions
    }
  }
  /** Many who ask the same at once wait for one signature. */
  const makeOnce = (asked: Asked): Promise<OcspReply> => {
    const key = placeOf(asked)?.join(' ')
    if (key === undefined) return make(asked)
    const found = underway.get(key) ?? make(asked).finally(() => underway.delete(key))
    underway.set(key, found)
    return found
  }

  return {
    answer: async (question) => {
      const asked = readQuestion(question)
      if (typeof asked === 'string') return refuse(asked)
      const isCurrent = await follower.catchUp()
      const place = placeOf(asked)
      const now = deps.clock.now()
      const latest = now.getTime() + CLOCK_TOLERANCE_MS
      const find = (): KeptAnswer | undefined => {
        const answer = place === undefined ? undefined : kept.find(...place)
        return answer !== undefined && answer.cacheable.thisUpdate.getTime() <= latest ? answer : undefined
      }
      const found = find()
      if (found !== undefined && now.getTime() < halfOver(found.cacheable) && isCurrent) return found
      const fresh = isCurrent ? await makeOnce(asked) : refuse('tryLater')
      if (fresh.cacheable !== undefined || found === undefined || now > found.cacheable.nextUpdate) return fresh
      // The database or the key is away: what was signed holds until it says so itself, if nothing newer is known.
      return find() ?? fresh
    },
    noteChange: () => follower.noteChange(),
  }
}
