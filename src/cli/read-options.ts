/** Options of a command, strictly: what is not named is refused, with the command's own help. */
import { parseArgs } from 'node:util'
import { usage } from './exit.ts'

export type OptionKind = 'flag' | 'one' | 'many'

export interface ReadOptions {
  readonly positionals: readonly string[]
  has(name: string): boolean
  find(name: string): string | undefined
  /** @throws UsageError */
  get(name: string): string
  all(name: string): readonly string[]
  /** @throws UsageError */
  number(name: string, fallback?: number): number
}

const parse = (args: readonly string[], kinds: Readonly<Record<string, OptionKind>>, help: string) => {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      kind === 'flag'
        ? ({ type: 'boolean' } as const)
        : ({ type: 'string', ...(kind === 'many' ? { multiple: true } : {}) } as const),
    ]),
  )
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    return usage(`${(error as Error).message}\n\n${help}`)
  }
}

/** @throws UsageError */
export const readOptions = (
  args: readonly string[],
  kinds: Readonly<Record<string, OptionKind>>,
  help: string,
): ReadOptions => {
  const { values, positionals } = parse(args, kinds, help)
  const find = (name: string): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const get = (name: string): string => find(name) ?? usage(`缺少 --${name} (missing)\n\n${help}`)
  return {
    positionals,
    has: (name) => values[name] === true,
    find,
    get,
    all: (name) => {
      const value = values[name]
      return Array.isArray(value) ? value.map(String) : []
    },
    number: (name, fallback) => {
      const text = fallback === undefined ? get(name) : (find(name) ?? String(fallback))
      return /^\d{1,6}$/.test(text) ? Number(text) : usage(`--${name}：要是整数 (a whole number)`)
    },
  }
}
