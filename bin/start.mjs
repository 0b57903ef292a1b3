#!/usr/bin/env node
// Plain JavaScript on purpose: it must run on any Node to say which one is needed. The service runs in this very process, so that
// signals, exit codes and kill -9 reach it and nothing is left behind.
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { requireRuntime } from './runtime.mjs'

requireRuntime()
// Types stripped and code compiled once, not at every start. A folder that cannot be written is no fault.
module.enableCompileCache?.(fileURLToPath(new URL('../.cache/compile', import.meta.url)))
const { main } = await import('../src/main.ts')
await main()
