/** Reads OpenSSL's evp test files: stanzas of `Name = value`, parted by empty lines. */
import { readFileSync } from 'node:fs'

export interface Stanza {
  readonly kind: string
  readonly value: string
  get(name: string): string | undefined
}

export const readEvpFile = (path: string): Stanza[] =>
  readFileSync(path, 'utf8')
    .split(/\n\s*\n/)
    .map((block) =>
      [...block.matchAll(/^([A-Za-z]+) *= *(.*)$/gm)].map((m) => [m[1] as string, m[2] as string] as const),
    )
    .filter((fields) => fields.length > 0)
    .map(([first, ...rest]) => ({
      kind: first?.[0] ?? '',
      value: first?.[1] ?? '',
      get: (name) => rest.find(([n]) => n === name)?.[1],
    }))
