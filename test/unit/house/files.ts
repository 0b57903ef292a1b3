/** Our own files, for the tests that look at the house itself. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
export const CODE = ['src', 'standards', 'keys', 'adapters', 'examples', 'test', 'bench', 'tools', 'bin'] as const

/** Paths from the root, with `/`; generated and binary folders are not ours to judge. */
export const filesIn = (folders: readonly string[], pattern: RegExp): string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
      .filter((path) => pattern.test(path) && !path.includes('node_modules')),
  )

export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

export const linesOf = (path: string): number => textOf(path).trimEnd().split('\n').length
