/**
 * Runs the benches that were asked for, or all: `seal`, `seal.verify`, `start.cold` … One JSON line for each figure on standard
 * output, everything else on standard error. A name that fits none is wrong usage (3). A new bench is one line in `BENCHES`.
 */
import type { Bench, Figure } from './figure.ts'

interface Entry {
  readonly names: readonly string[]
  load(): Promise<Bench>
}

const BENCHES: readonly Entry[] = [
  {
    names: [
      ...['new-key', 'cached-key', 'batch', 'integer', 'p256', 'openssl-speed', 'chromium'].map(
        (of) => `sm2.verify.${of}`,
      ),
      ...['sm2.sign', 'sm2.sign.p256', 'sm2.multiply', 'sm2.kernel.size', 'sm2.kernel.ready', 'sm2.kernel.table'],
    ],
    load: () => import('./sm2.ts'),
  },
  {
    names: ['seal.apply.ofd', 'seal.verify.ofd', 'seal.verify.pdf', 'licence.verify'],
    load: () => import('./seal.ts'),
  },
  { names: ['sm3.wasm', 'sm3.wasm.1k', 'sm3.wasm.64', 'sm3.wasm.chromium'], load: () => import('./sm3.ts') },
  { names: ['x509.check', 'x509.check.p256', 'ca.issue', 'ca.issue.postgres'], load: () => import('./pki.ts') },
  { names: ['ocsp.answer', 'ocsp.nonce', 'tsp.token', 'tsp.token.postgres'], load: () => import('./status.ts') },
  { names: ['start.cold', 'start.warm', 'memory.rss'], load: () => import('./start.ts') },
  {
    names: ['full', 'sso', 'password'].flatMap((of) => [`oidc.signin.${of}`, `oidc.signin.${of}.postgres`]),
    load: () => import('./oidc.ts'),
  },
  { names: [10, 50, 200].map((n) => `logout.fanout.${n}`), load: () => import('./logout.ts') },
]

const asked = process.argv.slice(2)
const fits = (name: string, wish: string): boolean => name === wish || name.startsWith(`${wish}.`)
const wanted = (name: string): boolean => asked.length === 0 || asked.some((wish) => fits(name, wish))
const say = (figure: Figure): void => void process.stdout.write(`${JSON.stringify(figure)}\n`)

const unknown = asked.filter((wish) => !BENCHES.some((b) => b.names.some((name) => fits(name, wish))))
if (unknown.length > 0) {
  const names = BENCHES.flatMap((b) => b.names).join(' ')
  process.stderr.write(`no such bench: ${unknown.join(' ')}\nthere are: ${names}\n`)
  process.exit(3)
}

for (const { names, load } of BENCHES.filter((b) => b.names.some(wanted))) {
  try {
    await (await load()).bench(say, wanted)
  } catch (error) {
    process.stderr.write(`${names[0]}: ${(error as Error).stack ?? String(error)}\n`)
    process.exitCode = 1
  }
}
