#!/usr/bin/env node
// `npm test`: the habits of the house, then every suite. With --check-only, the habits alone.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { requireRuntime } from './runtime.mjs'

requireRuntime()
const root = fileURLToPath(new URL('..', import.meta.url))
const modules = `${root}node_modules/`

const steps = [
  ['types', `${modules}typescript/bin/tsc`, ['--noEmit']],
  ['lint', `${modules}eslint/bin/eslint.js`, ['--max-warnings', '0', '.']],
  ['format', `${modules}prettier/bin/prettier.cjs`, ['--check', '--log-level', 'warn', '.']],
  [
    'layers',
    `${modules}dependency-cruiser/bin/dependency-cruise.mjs`,
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'src', 'standards', 'keys', 'adapters', 'examples'],
  ],
  ['generated docs', `${root}tools/generate-docs.ts`, ['--check']],
]
if (!process.argv.includes('--check-only'))
  steps.push(['suites', `${modules}vitest/vitest.mjs`, ['run', ...process.argv.slice(2)]])

for (const [name, script, args] of steps) {
  const started = Date.now()
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' })
  if (status !== 0) {
    console.error(`✗ ${name}`)
    process.exit(status ?? 1)
  }
  console.error(`✓ ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
}
