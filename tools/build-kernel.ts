/**
 * Compiles the SM2 kernel and writes `standards/gbt-32918-sm2/kernel-binaries.ts`: `npx node tools/build-kernel.ts`.
 * The compiler is a dev dependency pinned by the lock file; the same source gives the same bytes, which a test checks.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { toBase64 } from '../standards/bytes.ts'

const FOLDER = fileURLToPath(new URL('../standards/gbt-32918-sm2/', import.meta.url))
export const BINARIES_FILE = `${FOLDER}kernel-binaries.ts`

const OPTIONS = [
  '--optimizeLevel',
  '3',
  '--shrinkLevel',
  '0',
  '--runtime',
  'stub',
  '--noAssert',
  '--outFile',
  'out.wasm',
]
const BINARIES = {
  FMA_KERNEL: ['verifier.ts', 'probe.ts', '--enable', 'simd', '--enable', 'relaxed-simd'],
  INTEGER_KERNEL: ['verifier.ts', 'secret.ts', 'probe.ts'],
} as const

const NOTE = `/** Made by \`npx node tools/build-kernel.ts\` from kernel/*.ts; a test rebuilds it byte for byte. Base64 of WebAssembly. */`

async function compile(args: readonly string[]): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main([...args, ...OPTIONS, '--baseDir', `${FOLDER}kernel`], {
    readFile: async (name, baseDir) => {
      try {
        return await readFile(`${baseDir}/${name}`, 'utf8')
      } catch {
        return null
      }
    },
    writeFile: (name, contents) => {
      if (name === 'out.wasm' && typeof contents !== 'string') binary = contents
    },
    listFiles: () => [],
  })
  if (error !== null || binary === undefined) throw new Error(`the kernel does not compile\n${stderr.toString()}`)
  return binary
}

/** The text of the generated file. */
export async function buildKernel(): Promise<string> {
  const lines = [NOTE]
  for (const [name, args] of Object.entries(BINARIES)) {
    const binary = await compile(args)
    lines.push(`export const ${name} =\n  '${toBase64(binary)}'`)
  }
  return `${lines.join('\n')}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(BINARIES_FILE, await buildKernel())
