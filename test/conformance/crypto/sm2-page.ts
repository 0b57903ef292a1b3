/** Runs in the browser: the crypto port as the verification page has it, put where the test can call it. */
import { portableCrypto } from '../../../src/crypto/index.ts'
import { sm2Engine, sm2EngineFaults } from '../../../src/crypto/sm2-verifier.ts'
import { fromHex } from '../../../standards/bytes.ts'
import { parseSm2PublicKey, rawFromSm2Signature } from '../../../standards/gbt-32918-sm2/index.ts'

export interface PageCheck {
  readonly publicKey: string
  readonly message: string
  readonly signature: string
}

/** What the page can do for the test; bytes as hex. */
export interface Sm2Page {
  engine(): { readonly name: string | undefined; readonly faults: readonly string[]; readonly readyMs: number }
  verdicts(checks: readonly PageCheck[]): boolean[]
  /** Verifications a second for about `ms` each. */
  rates(check: PageCheck, ms: number): { readonly newKey: number; readonly cachedKey: number }
}

const rate = (ms: number, act: () => boolean): number => {
  const started = performance.now()
  let count = 0
  while (performance.now() - started < ms) {
    for (let i = 0; i < 20; i++) if (!act()) throw new Error('a signature that does not verify')
    count += 20
  }
  return (1000 * count) / (performance.now() - started)
}

const page: Sm2Page = {
  engine: () => {
    const started = performance.now()
    const name = sm2Engine()?.name
    return { name, faults: sm2EngineFaults(), readyMs: performance.now() - started }
  },
  verdicts: (checks) =>
    checks.map(({ publicKey, message, signature }) =>
      portableCrypto.isSignedBy({
        algorithm: 'SM2-SM3',
        publicKey: fromHex(publicKey),
        message: fromHex(message),
        signature: fromHex(signature),
      }),
    ),
  rates: ({ publicKey, message, signature }, ms) => {
    const verifier = sm2Engine()?.verifier
    if (verifier === undefined) throw new Error('no kernel')
    const point = parseSm2PublicKey(fromHex(publicKey))
    const [e, raw] = [fromHex(message), rawFromSm2Signature(fromHex(signature))]
    const key = verifier.keyOf(point)
    const cached = (): boolean => verifier.isSigned({ key, e, signature: raw })
    const fresh = (): boolean => verifier.isSigned({ key: verifier.keyOf(point), e, signature: raw })
    rate(ms, cached)
    rate(ms, fresh)
    return { newKey: rate(ms, fresh), cachedKey: rate(ms, cached) }
  },
}

Object.assign(globalThis, { sm2Page: page })
