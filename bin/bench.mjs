#!/usr/bin/env node
// `npm run --silent bench [-- NAME…]`: one JSON line for each figure on standard output. NAME: `seal`, `seal.verify`, `start.cold` …
import { requireRuntime } from './runtime.mjs'

requireRuntime()
await import('../bench/main.ts')
