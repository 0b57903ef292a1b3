/**
 * SM2 by our kernel beside OpenSSL on the same machine: Node's, and the `openssl speed` of the command where there is one. P-256 in OpenSSL's
 * assembly shows what the national algorithm costs. Digest and DER are included on both sides; keys are imported before.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fromBase64, toHex } from '../standards/bytes.ts'
import { FMA_KERNEL, INTEGER_KERNEL } from '../standards/gbt-32918-sm2/kernel-binaries.ts'
import type { KernelName, Sm2Check, Sm2Verifier } from '../standards/gbt-32918-sm2/index.ts'
import {
  computeZ,
  makeSm2Verifier,
  openKernel,
  openSm2Secrets,
  parseSm2PublicKey,
  rawFromSm2Signature,
} from '../standards/gbt-32918-sm2/index.ts'
import { generatePkcs8, nodeCrypto } from '../src/crypto/node.ts'
import { makeSm2Signer } from '../src/crypto/sm2-signer.ts'
import { sm2Engine } from '../src/crypto/sm2-verifier.ts'
import type { OpenedPage } from '../test/conformance/crypto/sm2-chromium.ts'
import type { Act, Bench, Figure, Say } from './figure.ts'
import { compare, median, rounded } from './figure.ts'
import { RAW_SIGN, RAW_VERIFY, rawSignature } from './raw-sm2.ts'

const UNIT = 'signatures/s'
const P256_SIGN = 'ECDSA P-256 sign alone, OpenSSL'
const P256_VERIFY = 'ECDSA P-256 verify alone, OpenSSL'
const BATCH = 32
const CHROMIUM = '/usr/bin/chromium'

const signer = makeSm2Signer(generatePkcs8('SM2'))
const message = new Uint8Array(32).fill(7)
const signature = signer.sign(message)
const check = { algorithm: signer.algorithm, publicKey: signer.publicKey, message, signature }
const point = parseSm2PublicKey(signer.publicKey)
const z = computeZ(nodeCrypto, signer.publicKey)

const must = (good: boolean): void => {
  if (!good) throw new Error('a signature that does not verify')
}
const read = (): Pick<Sm2Check, 'e' | 'signature'> => ({
  e: nodeCrypto.digest('sm3', z, message),
  signature: rawFromSm2Signature(signature),
})
/** A key that the verifier has not seen; digest and DER as on the hot path. */
const asNew =
  (verifier: Sm2Verifier): Act =>
  () =>
    must(verifier.isSigned({ key: verifier.keyOf(point), ...read() }))
/** All that the server does: the key is found again in its cache, and by now has a table. */
const asKnown: Act = () => must(nodeCrypto.isSignedBy(check))

const open = (name: KernelName): Sm2Verifier => {
  const kernel = openKernel(name)
  if (kernel === undefined) throw new Error(`this engine does not take the kernel “${name}”`)
  return makeSm2Verifier(kernel)
}

interface Pairing {
  readonly act: Act
  readonly yardstick: string
  readonly yardstickAct: Act
  readonly unit?: string
  /** Signatures in one act; 1 when absent. */
  readonly each?: number
}

const pairings = async (): Promise<Readonly<Record<string, () => Pairing>>> => {
  const [sm2, p256] = [await rawSignature('SM2'), await rawSignature('P-256')]
  const engine = sm2Engine()
  const secrets = openSm2Secrets()
  if (engine === undefined || secrets === undefined) throw new Error('no SM2 kernel here')
  const { verifier } = engine
  const verify = { yardstick: RAW_VERIFY, yardstickAct: sm2.verify }
  const many = (): Act => {
    const key = verifier.keyOf(point)
    return () => must(verifier.areSigned(Array.from({ length: BATCH }, () => ({ key, ...read() }))).every(Boolean))
  }
  return {
    'sm2.verify.new-key': () => ({ act: asNew(verifier), ...verify }),
    'sm2.verify.cached-key': () => ({ act: asKnown, ...verify }),
    'sm2.verify.batch': () => ({
      act: many(),
      ...verify,
      unit: `${UNIT} of a known key, ${BATCH} in one call`,
      each: BATCH,
    }),
    'sm2.verify.integer': () => ({
      act: asNew(open('integer')),
      ...verify,
      unit: `${UNIT}, new key, kernel without SIMD`,
    }),
    'sm2.verify.p256': () => ({ act: asNew(verifier), yardstick: P256_VERIFY, yardstickAct: p256.verify }),
    'sm2.sign': () => ({ act: () => signer.sign(message), yardstick: RAW_SIGN, yardstickAct: sm2.sign }),
    'sm2.sign.p256': () => ({ act: () => signer.sign(message), yardstick: P256_SIGN, yardstickAct: p256.sign }),
    'sm2.multiply': () => ({
      act: () => secrets.multiply(message, point),
      ...{ yardstick: RAW_SIGN, yardstickAct: sm2.sign, unit: 'products of a secret with a point/s' },
    }),
  }
}

/** A duration or size beside what it may be at most: the ratio is what is left, 1 or more is within it. */
const within = (name: string, value: number, unit: string, limit: number): Figure => ({
  ...{ name, unit, value: rounded(value), yardstick: 'what it may be', yardstickValue: limit },
  ...{ perSecond: null, yardstickPerSecond: null, ratio: rounded(limit / value) },
})

const timed = (act: () => void): number => {
  const started = performance.now()
  act()
  return performance.now() - started
}

const durations: Readonly<Record<string, () => Figure>> = {
  'sm2.kernel.size': () => {
    const bytes = [FMA_KERNEL, INTEGER_KERNEL].reduce((sum, text) => sum + fromBase64(text).length, 0)
    return within('sm2.kernel.size', bytes / 1024, 'KiB, both binaries', 40)
  },
  // opened anew each time, as a process does once
  'sm2.kernel.ready': () => {
    const name = sm2Engine()?.name ?? 'integer'
    const times = Array.from({ length: 9 }, () => timed(() => openKernel(name)))
    return within('sm2.kernel.ready', median(times), `ms, “${name}”`, 10)
  },
  'sm2.kernel.table': () => {
    const verifier = open(sm2Engine()?.name ?? 'integer')
    const times = Array.from({ length: 60 }, () => {
      const key = verifier.keyOf(point)
      const act = (): void => must(verifier.isSigned({ key, ...read() }))
      act()
      const plain = timed(act)
      return timed(act) - plain
    })
    return within('sm2.kernel.table', Math.max(median(times), 0.001), 'ms more for the verification that makes it', 2)
  },
}

/** `openssl speed` counts user time, so do we here: both are rates of one core. The command has its own library. */
const speedOfCommand = (): number | undefined => {
  const { stdout, status } = spawnSync('openssl', ['speed', '-seconds', '1', 'sm2'], { encoding: 'utf8' })
  const rates = /SM2 \(CurveSM2\)\s+\S+\s+\S+\s+\S+\s+(\S+)/.exec(stdout ?? '')
  return status === 0 && rates !== null ? Number(rates[1]) : undefined
}

const perUserSecond = (act: Act): number => {
  const started = process.cpuUsage()
  let count = 0
  for (const end = performance.now() + 1000; performance.now() < end; count++) act(0)
  return (1e6 * count) / process.cpuUsage(started).user
}

const besideCommand = (say: Say): void => {
  const theirs = speedOfCommand()
  const verifier = sm2Engine()?.verifier
  if (theirs === undefined || verifier === undefined)
    return void process.stderr.write('sm2.verify.openssl-speed: left out, no openssl command with SM2\n')
  const ours = perUserSecond(asNew(verifier))
  say({
    ...{ name: 'sm2.verify.openssl-speed', perSecond: rounded(ours), unit: `${UNIT} of user time, new key` },
    ...{ yardstick: 'openssl speed sm2, verify', yardstickPerSecond: theirs, ratio: rounded(ours / theirs) },
  })
}

const besideNode = async (say: Say): Promise<void> => {
  if (!existsSync(CHROMIUM)) return void process.stderr.write(`sm2.verify.chromium: left out, needs ${CHROMIUM}\n`)
  const { openSm2Page } = await import('../test/conformance/crypto/sm2-chromium.ts')
  const page: OpenedPage = await openSm2Page()
  try {
    const { e } = read()
    const hex = { publicKey: toHex(signer.publicKey), message: toHex(e), signature: toHex(signature) }
    const verifier = open('fma')
    const given = { e, signature: rawFromSm2Signature(signature) }
    const rates: [number[], number[]] = [[], []]
    for (let turn = 0; turn < 5; turn++) {
      rates[0].push((await page.rates(hex, 400)).newKey)
      let count = 0
      const ms = timed(() => {
        for (const end = performance.now() + 400; performance.now() < end; count++)
          must(verifier.isSigned({ key: verifier.keyOf(point), ...given }))
      })
      rates[1].push((1000 * count) / ms)
    }
    const [perSecond, yardstickPerSecond] = rates.map(median) as [number, number]
    say({
      ...{ name: 'sm2.verify.chromium', perSecond: rounded(perSecond), unit: `${UNIT}, new key, in Chromium` },
      ...{ yardstick: 'the same in Node', yardstickPerSecond: rounded(yardstickPerSecond) },
      ratio: rounded(perSecond / yardstickPerSecond),
    })
  } finally {
    await page.close()
  }
}

export const bench: Bench['bench'] = async (say, wanted) => {
  for (const [name, make] of Object.entries(await pairings()))
    if (wanted(name)) {
      const { each = 1, ...pairing } = make()
      const { perSecond, ratio, ...figure } = await compare({ name, unit: UNIT, ...pairing })
      say({ ...figure, perSecond: rounded((perSecond ?? 0) * each), ratio: rounded(ratio * each) })
    }
  if (wanted('sm2.verify.openssl-speed')) besideCommand(say)
  if (wanted('sm2.verify.chromium')) await besideNode(say)
  for (const [name, measure] of Object.entries(durations)) if (wanted(name)) say(measure())
}
