#!/usr/bin/env node
// Plain JavaScript on purpose: it must run on any Node to say which one is needed.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { requireRuntime } from './runtime.mjs'

requireRuntime()
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const child = spawn(process.execPath, [main], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)))
