/**
 * The WebAssembly kernel (kernel/README.md), opened on the spot: two binaries of the same arithmetic, one on pairs of doubles for engines with
 * relaxed SIMD, one on integers for every engine. Refuses a binary that the engine does not take or that fails the published example.
 */
import { fromBase64, fromHex } from '../bytes.ts'
import { FMA_KERNEL, INTEGER_KERNEL } from './kernel-binaries.ts'

export type KernelName = 'fma' | 'integer'

/** What both binaries export; pointers are offsets into `memory`. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory
  isFused(): number
  start(): void
  checks(): number
  slots(): number
  keep(slot: number): number
  verify(count: number): number
}

const BINARIES: Readonly<Record<KernelName, string>> = { fma: FMA_KERNEL, integer: INTEGER_KERNEL }

/** Bytes of a check: X ‖ Y ‖ e ‖ r ‖ s. */
export const CHECK_SIZE = 160
/** Checks in one call. */
export const MOST_CHECKS = 32

/** GB/T 32918.5 annex A.2: key, digest e, r and s. */
const EXAMPLE = fromHex(
  '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
    'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13' +
    'f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640' +
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
    'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
)

/** The example must hold, and with any one of its five numbers changed it must not. */
const exampleHolds = (kernel: KernelExports): boolean => {
  const checks = new Uint8Array(kernel.memory.buffer, kernel.checks(), 6 * CHECK_SIZE)
  new Int32Array(kernel.memory.buffer, kernel.slots(), 6).fill(-1)
  for (let i = 0; i < 6; i++) {
    checks.set(EXAMPLE, i * CHECK_SIZE)
    const last = i * CHECK_SIZE + 32 * i - 1
    if (i > 0) checks[last] = (checks[last] as number) ^ 1
  }
  return kernel.verify(6) === 1
}

const binaryOf = (name: KernelName): Uint8Array<ArrayBuffer> | undefined => {
  if (typeof WebAssembly === 'undefined') return undefined
  const binary = fromBase64(BINARIES[name]) as Uint8Array<ArrayBuffer>
  return WebAssembly.validate(binary) ? binary : undefined
}

const instantiate = (name: KernelName): unknown => {
  const binary = binaryOf(name)
  return binary && new WebAssembly.Instance(new WebAssembly.Module(binary), {}).exports
}

const ready = (name: KernelName, kernel: KernelExports | undefined): KernelExports | undefined => {
  if (kernel === undefined || kernel.isFused() === 0) return undefined
  kernel.start()
  if (!exampleHolds(kernel)) throw new Error(`the SM2 kernel “${name}” fails the published example`)
  return kernel
}

/**
 * The named binary, ready; undefined where the engine lacks what it needs (relaxed SIMD that fuses, WebAssembly at all).
 * @throws RangeError where compiling on the spot is not allowed (`openKernelLater`), Error where it runs and is wrong
 */
export const openKernel = (name: KernelName): KernelExports | undefined =>
  ready(name, instantiate(name) as KernelExports | undefined)

/** The same for the main thread of browsers that compile only a few kilobytes on the spot (Chromium before 115). */
export const openKernelLater = async (name: KernelName): Promise<KernelExports | undefined> => {
  const binary = binaryOf(name)
  if (binary === undefined) return undefined
  const { instance } = await WebAssembly.instantiate(binary, {})
  return ready(name, instance.exports as unknown as KernelExports)
}

/** What secrets pass through; only in the binary on integers (kernel/secret.ts). */
export interface SecretExports {
  readonly memory: WebAssembly.Memory
  startSecret(): void
  buffer(): number
  basePoint(): number
  point(): number
  prepare(): number
  sign(): number
}

/** An instance of its own, with a memory that nothing else sees; undefined without WebAssembly. */
export const openSecretKernel = (): SecretExports | undefined => {
  const kernel = instantiate('integer') as SecretExports | undefined
  kernel?.startSecret()
  return kernel
}
