/**
 * SM2 with secret numbers: signing on a given digest, and products of a secret with a point (decryption, key agreement). The kernel works in
 * constant time (kernel/README.md) and overwrites what it held; so does this. Draws nothing: random bytes come from the caller, and no key is
 * kept here. Refuses numbers outside their range and points that are not on the curve.
 */
import { concat, equalBytes, fromHex } from '../bytes.ts'
import { openSecretKernel } from './open-kernel.ts'

const SIZE = 256
const POINT_AT = 64

export interface PreparedSm2Key {
  /** 1/(1+d) in the kernel's form: as secret as d, from which it is made. 32 bytes. */
  readonly inverse: Uint8Array
  /** `04 || X || Y` of dG. */
  readonly point: Uint8Array
}

export interface Sm2SigningInput {
  readonly inverse: Uint8Array
  /** 64 bytes, never used before and known to nobody: the nonce is these modulo n. */
  readonly nonce: Uint8Array
  /** e = SM3(Z || M), 32 bytes. */
  readonly e: Uint8Array
}

export interface Sm2Secrets {
  /** For d of 32 bytes; undefined unless 1 ≤ d ≤ n-2. */
  prepare(d: Uint8Array): PreparedSm2Key | undefined
  /** `r || s`, 64 bytes; undefined where GB/T 32918.2 §6 asks for another nonce (once in 2^255). */
  sign(input: Sm2SigningInput): Uint8Array | undefined
  /** `04 || X || Y` of kG, for k of 32 bytes; undefined for k ≡ 0 mod n. */
  multiplyBase(k: Uint8Array): Uint8Array | undefined
  /** `04 || X || Y` of kQ, for k of 32 bytes and Q = `04 || X || Y`; undefined where Q is not on the curve or kQ is infinity. */
  multiply(k: Uint8Array, point: Uint8Array): Uint8Array | undefined
}

/** Annex A.2: the private key, the nonce as 64 bytes, e, and r || s; then the key's point. */
const EXAMPLE = {
  d: fromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8'),
  nonce: fromHex(`${'00'.repeat(32)}59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21`),
  e: fromHex('f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640'),
  signature: fromHex(
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
      'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
  ),
  point: fromHex(
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
      'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  ),
} as const

const requireLength = (bytes: Uint8Array, length: number): Uint8Array => {
  if (bytes.length !== length) throw new RangeError(`not ${length} bytes`)
  return bytes
}

const exampleHolds = (secrets: Sm2Secrets): boolean => {
  const { d, nonce, e, signature, point } = EXAMPLE
  const key = secrets.prepare(d)
  if (key === undefined || !equalBytes(key.point, point)) return false
  const base = secrets.multiplyBase(Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 1 : 0)))
  const again = base && secrets.multiply(d, base)
  return equalBytes(secrets.sign({ inverse: key.inverse, nonce, e }) ?? e, signature) && equalBytes(again ?? e, point)
}

/**
 * An instance with its own memory; undefined without WebAssembly. Operations do not overlap: each is one synchronous call.
 * @throws Error if the engine gets the published example wrong
 */
export const openSm2Secrets = (): Sm2Secrets | undefined => {
  const kernel = openSecretKernel()
  if (kernel === undefined) return undefined
  /** Writes, runs, reads and overwrites; undefined where the kernel says no. */
  const run = <T>(
    inputs: Readonly<Record<number, Uint8Array>>,
    act: () => number,
    read: (out: Uint8Array) => T,
  ): T | undefined => {
    const buffer = new Uint8Array(kernel.memory.buffer, kernel.buffer(), SIZE)
    try {
      for (const [at, bytes] of Object.entries(inputs)) buffer.set(bytes, Number(at))
      return act() === 1 ? read(buffer) : undefined
    } finally {
      buffer.fill(0)
    }
  }
  const pointOf = (out: Uint8Array): Uint8Array => concat(Uint8Array.of(4), out.subarray(POINT_AT, POINT_AT + 64))
  const secrets: Sm2Secrets = {
    prepare: (d) =>
      run(
        { 0: requireLength(d, 32) },
        () => kernel.prepare(),
        (out) => ({ inverse: out.slice(32, 64), point: pointOf(out) }),
      ),
    sign: ({ inverse, nonce, e }) =>
      run(
        { 0: requireLength(inverse, 32), 32: requireLength(nonce, 64), 96: requireLength(e, 32) },
        () => kernel.sign(),
        (out) => out.slice(128, 192),
      ),
    multiplyBase: (k) => run({ 0: requireLength(k, 32) }, () => kernel.basePoint(), pointOf),
    multiply: (k, point) =>
      point.length === 65 && point[0] === 4
        ? run({ 0: requireLength(k, 32), [POINT_AT]: point.subarray(1) }, () => kernel.point(), pointOf)
        : undefined,
  }
  if (!exampleHolds(secrets)) throw new Error('the SM2 kernel fails the published example')
  return secrets
}
