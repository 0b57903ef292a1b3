/**
 * Builds the SM3 kernel: writes its unrolled AssemblyScript source (64 rounds, the 16 words of message in local variables),
 * compiles it, and writes the binary as base64. `test/unit/crypto/sm3-kernel.test.ts` builds again and compares byte for byte.
 * Run: npx node tools/build-sm3-kernel.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const folder = new URL('../standards/gbt-32905-sm3/', import.meta.url)
export const SOURCE_PATH = fileURLToPath(new URL('kernel/compress.as', folder))
export const BINARY_PATH = fileURLToPath(new URL('sm3-kernel.ts', folder))

const HEAD = `/**
 * GB/T 32905 §5.3, unrolled by tools/build-sm3-kernel.ts: change it there. Memory: the eight words of V at 0 in the machine's
 * byte order, message blocks from 64. What is known early is added
 * first, and the order of statements is the one that V8 compiles best of those tried; every round is the text of §5.3.3.
 */
const INPUT: usize = 64

export function reset(): void {
  store<u32>(0, 0x7380166f)
  store<u32>(4, 0x4914b2b9)
  store<u32>(8, 0x172442d7)
  store<u32>(12, 0xda8a0600)
  store<u32>(16, 0xa96f30bc)
  store<u32>(20, 0x163138aa)
  store<u32>(24, 0xe38dee4d)
  store<u32>(28, 0xb0fb0e4e)
}

/** V = CF(V, B) for each of so many blocks from INPUT. */
export function compress(blocks: i32): void {
`

const VARIABLES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const
type Names = readonly [string, string, string, string, string, string, string, string]

const rotl = (x: number, n: number): number => (n === 0 ? x : ((x << n) | (x >>> (32 - n))) >>> 0)
const word = (j: number): string => `w${j & 15}`

/** W_j+4 in the place of W_j-12, which no later round reads. */
const expansion = (j: number): string =>
  `    x = ${word(j)} ^ ${word(j + 7)} ^ rotl<u32>(${word(j + 13)}, 15); ` +
  `${word(j)} = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(${word(j + 3)}, 7) ^ ${word(j + 10)}\n`

/** x, y and z are A <<< 12, SS1 and TT2; D holds TT1 without SS2 until the round's end. */
const round = (j: number, [a, b, c, d, e, f, g, h]: Names): string => {
  const t = `0x${rotl(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32).toString(16)}`
  const ff = j < 16 ? `(${a} ^ ${b} ^ ${c})` : `(((${a} ^ ${c}) & (${b} ^ ${c})) ^ ${c})`
  const gg = j < 16 ? `(${e} ^ ${f} ^ ${g})` : `(((${f} ^ ${g}) & ${e}) ^ ${g})`
  return (
    (j >= 12 ? expansion(j + 4) : '') +
    `    ${d} = ${ff} + (${d} + (${word(j)} ^ ${word(j + 4)}))\n` +
    `    x = rotl<u32>(${a}, 12); y = rotl<u32>(x + ${t} + ${e}, 7); z = ${gg} + (${h} + ${word(j)}) + y\n` +
    `    ${f} = rotl<u32>(${f}, 19); ${h} = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); ${d} += y ^ x; ${b} = rotl<u32>(${b}, 9)\n`
  )
}

const lines = (make: (name: string, i: number) => string, between = '\n'): string =>
  VARIABLES.map((name, i) => make(name, i)).join(between)

export const sm3KernelSource = (): string => {
  let body = `${lines((_, i) => `  let v${i} = load<u32>(${4 * i})`)}\n`
  body += '  for (let at = INPUT, end = INPUT + (<usize>blocks << 6); at < end; at += 64) {\n'
  body += `    let x: u32, y: u32, z: u32, ${lines((name, i) => `${name} = v${i}`, ', ')}\n`
  for (let i = 0; i < 16; i++) body += `    let ${word(i)} = bswap<u32>(load<u32>(at, ${4 * i}))\n`
  let names: Names = VARIABLES
  for (let j = 0; j < 64; j++) {
    body += `    // ${j}\n${round(j, names)}`
    const [a, b, c, d, e, f, g, h] = names
    names = [d, a, b, c, h, e, f, g]
  }
  body += `${lines((name, i) => `    v${i} ^= ${name}`)}\n  }\n${lines((_, i) => `  store<u32>(${4 * i}, v${i})`)}\n}\n`
  return HEAD + body
}

const OPTIONS = ['-O3', '--runtime', 'stub', '--noAssert', '--initialMemory', '1', '--maximumMemory', '1']

/** The WebAssembly binary of a source. */
export const compileSm3Kernel = async (source: string): Promise<Uint8Array> => {
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main(['compress.ts', '--outFile', 'kernel.wasm', ...OPTIONS], {
    readFile: (name) => (name === 'compress.ts' ? source : null),
    writeFile: (name, contents) => {
      if (name === 'kernel.wasm' && typeof contents !== 'string') binary = contents
    },
    listFiles: () => [],
  })
  if (error !== null || binary === undefined) throw new Error(`asc: ${stderr.toString()}`)
  return binary
}

export const sm3KernelModule = (binary: Uint8Array): string => {
  const text = Buffer.from(binary).toString('base64')
  const parts = (text.match(/.{1,116}/g) ?? []).map((part) => `  '${part}'`)
  return `/** The compiled kernel/compress.as, ${binary.length} bytes, by tools/build-sm3-kernel.ts. */\nexport const SM3_KERNEL =\n${parts.join(' +\n')}\n`
}

export const committed = (path: string): string => readFileSync(path, 'utf8')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const source = sm3KernelSource()
  writeFileSync(SOURCE_PATH, source)
  writeFileSync(BINARY_PATH, sm3KernelModule(await compileSm3Kernel(source)))
}
