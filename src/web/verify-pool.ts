/**
 * Verifies what strangers send away from the main thread: a file made to be costly takes one worker for a few seconds and nobody else's time.
 * Few at once, a short queue (TRY_LATER beyond), and a time limit by size (DOCUMENT_TOO_COSTLY), after which the worker is thrown away.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { TrustError } from '../errors.ts'
import type { DocumentReport, TrustFiles, TrustPublisher } from '../verification/index.ts'

export interface VerifyQuestion {
  readonly bytes: Uint8Array
  readonly at: Date
  readonly mode: 'strict' | 'compat'
}

/** What the worker is sent. Without `trust`: what it was sent before still holds. */
export interface VerifyTask extends VerifyQuestion {
  readonly trust?: TrustFiles
}

/** What it sends: once that it is there, then an answer for each task. */
export type VerifyAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'report'; readonly report: DocumentReport }
  | { readonly kind: 'fault'; readonly name: string }

/** @throws TrustError TRY_LATER, DOCUMENT_TOO_COSTLY */
export type VerifyAway = (question: VerifyQuestion) => Promise<DocumentReport>

export interface VerifyPoolOptions {
  readonly trust: Pick<TrustPublisher, 'files'>
  readonly workers?: number
  readonly queue?: number
  /** For a file of so many bytes. */
  readonly limitMs?: (size: number) => number
}

const MIB = 1 << 20
const usualLimit = (size: number): number => 2_000 + (size / MIB) * 100
const QUEUE = 32
/** Of one worker; what it cannot do with this is refused as costly. */
const HEAP_MIB = 1024

interface Job {
  readonly task: VerifyTask
  readonly settle: (answer: VerifyAnswer | TrustError) => void
}

const tooCostly = (): TrustError => new TrustError('DOCUMENT_TOO_COSTLY', 'the file takes more work than a file may')

class Seat {
  readonly #limitMs: (size: number) => number
  #worker: Worker | undefined
  #trust: TrustFiles | undefined
  #job: Job | undefined
  /** A worker that never was ready is a fault of ours, not of a file. */
  #ready = false
  #timer: NodeJS.Timeout | undefined
  readonly #freed: () => void

  constructor(limitMs: (size: number) => number, freed: () => void) {
    this.#limitMs = limitMs
    this.#freed = freed
  }

  get busy(): boolean {
    return this.#job !== undefined
  }

  take(job: Job): void {
    this.#job = job
    if (this.#worker === undefined) this.#engage()
    else this.#send(this.#worker, job)
  }

  #engage(): void {
    const worker = new Worker(new URL('./verify-worker.ts', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    })
    worker.unref()
    this.#worker = worker
    worker.on('message', (answer: VerifyAnswer) => {
      if (this.#worker !== worker) return
      if (answer.kind !== 'ready') return this.#done(answer)
      this.#ready = true
      if (this.#job !== undefined) this.#send(worker, this.#job)
    })
    // Out of memory, most likely; what it was doing was too costly.
    const gone = (): void => {
      if (this.#worker === worker) this.#dismiss()
    }
    worker.on('error', gone)
    worker.on('exit', gone)
  }

  #send(worker: Worker, { task }: Job): void {
    const known = this.#trust === task.trust
    this.#trust = task.trust
    const { bytes, at, mode } = task
    worker.postMessage(known ? { bytes, at, mode } : task)
    this.#timer = setTimeout(() => this.#dismiss(), this.#limitMs(bytes.length))
  }

  #dismiss(): void {
    const worker = this.#worker
    const answer = this.#ready ? tooCostly() : ({ kind: 'fault', name: 'WorkerNotReady' } as const)
    this.#worker = undefined
    this.#trust = undefined
    this.#ready = false
    worker?.terminate().catch(() => undefined)
    this.#done(answer)
  }

  #done(answer: VerifyAnswer | TrustError): void {
    clearTimeout(this.#timer)
    const job = this.#job
    this.#job = undefined
    job?.settle(answer)
    this.#freed()
  }
}

const reportIn = (answer: VerifyAnswer | TrustError): DocumentReport => {
  if (answer instanceof TrustError) throw answer
  if (answer.kind === 'report') return answer.report
  throw new Error(answer.kind === 'fault' ? answer.name : 'no answer')
}

export const makeVerifyPool = (options: VerifyPoolOptions): VerifyAway => {
  const { trust, queue = QUEUE, limitMs = usualLimit } = options
  const count = options.workers ?? Math.max(1, Math.min(4, availableParallelism() - 1))
  const waiting: Job[] = []
  const next = (): void => {
    for (const seat of seats) {
      if (seat.busy) continue
      const job = waiting.shift()
      if (job === undefined) return
      seat.take(job)
    }
  }
  const seats = Array.from({ length: count }, () => new Seat(limitMs, next))
  return async (question) => {
    const files = await trust.files()
    if (waiting.length >= queue) throw new TrustError('TRY_LATER', 'many files are being verified')
    const answer = await new Promise<VerifyAnswer | TrustError>((settle) => {
      waiting.push({ task: { ...question, trust: files }, settle })
      next()
    })
    return reportIn(answer)
  }
}
