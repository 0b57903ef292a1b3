/** SM3 as a browser runs it, by WebAssembly, beside Node's own: a megabyte, 1 KB, and 64 bytes as in a key derivation; then in Chromium itself. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { sm3, sm3Engine } from '../standards/gbt-32905-sm3/index.ts'
import type { Bench, Say } from './figure.ts'
import { compare, median, rounded } from './figure.ts'

const SIZES = { 'sm3.wasm': 1 << 20, 'sm3.wasm.1k': 1024, 'sm3.wasm.64': 64 } as const

const CHROMIUM = '/usr/bin/chromium'
const TURN_MS = 400
const MEGABYTE = 1 << 20

const nodeRate = (): number => {
  const message = new Uint8Array(MEGABYTE).fill(7)
  const started = performance.now()
  let count = 0
  for (; performance.now() - started < TURN_MS; count++) createHash('sm3').update(message).digest()
  return (count * MEGABYTE) / 1000 / (performance.now() - started)
}

const inChromium = async (say: Say): Promise<void> => {
  if (!existsSync(CHROMIUM)) return void process.stderr.write(`sm3.wasm.chromium: left out, needs ${CHROMIUM}\n`)
  const { openCiphersPage } = await import('../test/conformance/crypto/ciphers-chromium.ts')
  const page = await openCiphersPage()
  try {
    const rates: [number[], number[]] = [[], []]
    await page.call('rate', MEGABYTE, TURN_MS)
    for (let turn = 0; turn < 7; turn++) {
      rates[0].push(await page.call('rate', MEGABYTE, TURN_MS))
      rates[1].push(nodeRate())
    }
    const [perSecond, yardstickPerSecond] = rates.map(median) as [number, number]
    say({
      ...{
        name: 'sm3.wasm.chromium',
        perSecond: rounded(perSecond),
        unit: 'MB/s, messages of a megabyte, in Chromium',
      },
      ...{ yardstick: 'SM3 of node:crypto', yardstickPerSecond: rounded(yardstickPerSecond) },
      ratio: rounded(perSecond / yardstickPerSecond),
    })
  } finally {
    await page.close()
  }
}

export const bench: Bench['bench'] = async (say, wanted) => {
  if (sm3Engine() !== 'wasm') throw new Error('this engine does not run the SM3 kernel')
  for (const [name, size] of Object.entries(SIZES).filter(([name]) => wanted(name))) {
    const message = new Uint8Array(size).fill(7)
    const yardstickAct = (): unknown => createHash('sm3').update(message).digest()
    const unit = `digests/s of ${size} bytes`
    say(await compare({ name, unit, act: () => sm3(message), yardstick: 'SM3 of node:crypto', yardstickAct }))
  }
  if (wanted('sm3.wasm.chromium')) await inChromium(say)
}
