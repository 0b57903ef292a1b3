/**
 * Makes the tokens of one batch: look at the clock, write down what is about to be signed, touch the key, record the signatures with one
 * audit row, wait for its place in the chain. Nothing is stamped while the clock is in doubt.
 */
import { equalBytes, toHex } from '../../../standards/bytes.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { MessageImprint } from '../../../standards/rfc3161-tsp/index.ts'
import { encodeTimeStampToken, encodeTstInfo, timeStampAttributes } from '../../../standards/rfc3161-tsp/index.ts'
import type { CmsSuiteName } from '../../../standards/rfc5652-cms/index.ts'
import { TrustError } from '../../errors.ts'
import { signatureAlgorithmFor } from '../draft.ts'
import { newSerial } from '../serial.ts'
import type { TimeStampBatch, TimeStampDeps, TimeStampKey } from './ports.ts'
import type { Jump } from './stop-clock.ts'
import { stopClock } from './stop-clock.ts'

/** Milliseconds, as tokens state it: a server with NTP is well within. */
export const ACCURACY_MS = 1_000
/** Several servers share a database; their clocks may differ by what the accuracy allows. */
const BACKWARDS_MS = ACCURACY_MS

export interface WantedStamp {
  readonly imprint: MessageImprint
  /** Content octets of the INTEGER. */
  readonly nonce?: Uint8Array
  readonly certReq: boolean
}

interface Prepared {
  readonly wanted: WantedStamp
  readonly serialHex: string
  readonly tstInfo: Uint8Array
  readonly toSign: Uint8Array
}

const suiteOf = ({ certificate }: TimeStampKey): CmsSuiteName =>
  signatureAlgorithmFor(certificate.publicKey) === 'SM2-SM3' ? 'SM2-SM3' : 'ECDSA-SHA256'

/** The reason stands in the audit and in `xinyin timestamp status`. */
export class ClockStopped extends Error {}

/** @throws ClockStopped; a clock behind the last stamp stops all others too */
const requireClock = async (deps: TimeStampDeps, tryStart: () => Promise<Jump | undefined>): Promise<void> => {
  const jump = await tryStart()
  if (jump === undefined) return
  await stopClock(deps, jump)
  throw new ClockStopped()
}

const prepare =
  (deps: TimeStampDeps, key: TimeStampKey, genTime: Date) =>
  (wanted: WantedStamp): Prepared => {
    const serial = newSerial(deps.random)
    const tstInfo = encodeTstInfo({
      policy: OID.timeStampPolicy,
      imprint: wanted.imprint,
      serial,
      genTime,
      accuracy: ACCURACY_MS,
      ordering: false,
      ...(wanted.nonce === undefined ? {} : { nonce: wanted.nonce }),
    })
    const toSign = timeStampAttributes({
      suite: suiteOf(key),
      tstInfo,
      certificate: key.certificate,
      digests: deps.crypto,
    })
    return { wanted, serialHex: toHex(serial), tstInfo, toSign }
  }

/** Written down only while nothing is stopped and time has not gone back; a clock that has is the answer. */
const intend = (deps: TimeStampDeps, batch: TimeStampBatch) => (): Promise<Jump | undefined> =>
  deps.work.run(async (tx) => {
    if ((await deps.store.openHalt(tx)) !== undefined) throw new ClockStopped()
    const last = await deps.store.lastGenTime(tx)
    const behind = last === undefined ? 0 : last.getTime() - batch.genTime.getTime()
    if (behind > BACKWARDS_MS) return { reason: 'behind-last-stamp', driftMs: -behind }
    await deps.store.intend(tx, batch)
    return undefined
  })

const signAll = async (
  deps: TimeStampDeps,
  key: TimeStampKey,
  prepared: readonly Prepared[],
): Promise<Uint8Array[]> => {
  const signer = await key.signer()
  if (!equalBytes(signer.publicKey, key.certificate.publicKey))
    throw new TrustError('KEY_UNUSABLE', `the key ${key.id} does not belong to its certificate`)
  const signatures = await Promise.all(prepared.map((p) => signer.sign(p.toSign)))
  const { algorithm, publicKey } = signer
  // A faulty device must not put its mistake into the world.
  const isGood = (signature: Uint8Array, i: number): boolean =>
    deps.crypto.isSignedBy({ algorithm, publicKey, message: (prepared[i] as Prepared).toSign, signature })
  if (!signatures.every(isGood))
    throw new TrustError('KEY_UNUSABLE', `the key ${key.id} made a signature that does not verify`)
  return signatures
}

/** One row for the batch: its digest covers every signature, in the order of the serial numbers. */
const record = async (
  deps: TimeStampDeps,
  { id, keyId }: TimeStampBatch,
  signed: readonly { serialHex: string; signature: Uint8Array }[],
): Promise<string> =>
  deps.work.run(async (tx) => {
    await deps.store.complete(tx, id, signed)
    const inOrder = signed.toSorted((a, b) => (a.serialHex < b.serialHex ? -1 : 1)).map((s) => s.signature)
    return deps.audit.record(tx, {
      action: 'timestamp.issued',
      actor: { kind: 'system', id: 'timestamp' },
      object: { kind: 'time-stamp-batch', id },
      detail: { key: keyId, count: signed.length, digest: toHex(deps.crypto.digest('sm3', ...inOrder)) },
    })
  })

const tokenOf = (key: TimeStampKey, { wanted, tstInfo, toSign }: Prepared, signature: Uint8Array): Uint8Array =>
  encodeTimeStampToken({
    suite: suiteOf(key),
    tstInfo,
    certificate: key.certificate,
    signedAttributes: toSign,
    signature,
    certificates: wanted.certReq ? [key.certificate.der, ...key.above.map((c) => c.der)] : [],
  })

/** Tokens in the order of what was wanted. @throws ClockStopped, TrustError KEY_NOT_FOUND, KEY_UNUSABLE, AUDIT_NOT_CHAINED */
export const issueTimeStamps = async (
  deps: TimeStampDeps,
  key: TimeStampKey,
  wanted: readonly WantedStamp[],
): Promise<Uint8Array[]> => {
  const genTime = deps.clock.now()
  if (genTime < key.certificate.notBefore || genTime > key.certificate.notAfter)
    throw new TrustError('KEY_UNUSABLE', `the certificate of ${key.id} is not valid now`)
  const prepared = wanted.map(prepare(deps, key, genTime))
  const batch = { id: deps.ids.next(), keyId: key.id, genTime, intents: prepared }
  await requireClock(deps, intend(deps, batch))
  const signatures = await signAll(deps, key, prepared)
  const signed = prepared.map(({ serialHex }, i) => ({ serialHex, signature: signatures[i] as Uint8Array }))
  await deps.audit.chained(await record(deps, batch, signed))
  return prepared.map((p, i) => tokenOf(key, p, signatures[i] as Uint8Array))
}
