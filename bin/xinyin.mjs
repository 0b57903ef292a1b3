#!/usr/bin/env node
// `npx xinyin …` may be given the system's Node by the shebang: hand over to the one npm installed when it is too old.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { requireRuntime } from './runtime.mjs'

const cli = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const own = fileURLToPath(
  new URL(`../node_modules/.bin/node${process.platform === 'win32' ? '.cmd' : ''}`, import.meta.url),
)
const tooOld = Number(process.versions.node.split('.')[0]) < 24
if (tooOld && !existsSync(own)) requireRuntime()
const { status } = spawnSync(tooOld ? own : process.execPath, [cli, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(status ?? 1)
