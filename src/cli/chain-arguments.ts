/**
 * The words after `verify-chain`. List options take everything up to the next option (or `--`), and may be repeated; LEAF stands first.
 * Refuses unknown options, options without their value, policies that are no object identifiers, and more or less than one LEAF.
 */
import { OID } from '../../standards/oid/index.ts'
import type { AlgorithmPolicy, PolicyInputs, Purpose } from '../../standards/rfc5280-x509/index.ts'
import { PURPOSES } from '../../standards/rfc5280-x509/index.ts'
import { usage } from './exit.ts'
import { parseInstant } from './instant.ts'

export interface ChainArguments {
  readonly leaf: string
  readonly trust: readonly string[]
  readonly intermediates: readonly string[]
  readonly crls: readonly string[]
  readonly ocsp: readonly string[]
  /** Absent: now. */
  readonly at?: Date
  readonly purpose: Purpose
  readonly policies: PolicyInputs
  readonly algorithms: AlgorithmPolicy
  readonly revocation: 'crl' | 'off'
  readonly json: boolean
}

const LISTS: ReadonlySet<string> = new Set(['trust', 'intermediates', 'crl', 'ocsp', 'policy'])
const SINGLES: ReadonlySet<string> = new Set(['at', 'purpose', 'algorithms'])
const FLAGS: ReadonlySet<string> = new Set([
  'explicit-policy',
  'inhibit-mapping',
  'inhibit-any-policy',
  'no-revocation',
  'json',
])
const POLICIES: readonly AlgorithmPolicy[] = ['current', 'legacy']

interface Words {
  readonly leaves: string[]
  readonly lists: Map<string, string[]>
  readonly singles: Map<string, string>
  readonly flags: Set<string>
}

const refuse = (what: string): never => usage(`${what}\n\nxinyin help verify-chain`)

/** Takes one option at `i` and gives the index of the word after it. */
const takeOption = (args: readonly string[], i: number, words: Words): number => {
  const [, name = '', inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(args[i] as string) ?? []
  let next = i + 1
  const isWord = (word: string | undefined): word is string => word !== undefined && !word.startsWith('--')
  if (FLAGS.has(name) && inline === undefined) words.flags.add(name)
  else if (SINGLES.has(name)) {
    const value = inline ?? args[next++]
    if (!isWord(value) || value === '') return refuse(`--${name}：要给一个值 (needs a value)`)
    if (words.singles.has(name)) return refuse(`--${name}：只能给一次 (given twice)`)
    words.singles.set(name, value)
  } else if (LISTS.has(name)) {
    const values = inline === undefined ? [] : [inline]
    if (inline === undefined) for (; isWord(args[next]); next++) values.push(args[next] as string)
    if (values.length === 0 || values.includes('')) return refuse(`--${name}：要给一个值 (needs a value)`)
    words.lists.set(name, [...(words.lists.get(name) ?? []), ...values])
  } else return refuse(`${args[i] as string}：没有这个选项 (no such option)`)
  return next
}

const split = (args: readonly string[]): Words => {
  const words: Words = { leaves: [], lists: new Map(), singles: new Map(), flags: new Set() }
  for (let i = 0; i < args.length;) {
    const arg = args[i] as string
    if (arg === '--') i++
    else if (arg.startsWith('--')) i = takeOption(args, i, words)
    else {
      words.leaves.push(arg)
      i++
    }
  }
  return words
}

const oneOf = <T extends string>(allowed: readonly T[], name: string, value: string): T =>
  allowed.find((a) => a === value) ?? refuse(`--${name} ${value}：只能是 (one of) ${allowed.join(' ')}`)

const policyOid = (text: string): string => {
  if (text === 'anyPolicy') return OID.anyPolicy
  return /^[0-2](\.(0|[1-9]\d*))+$/.test(text) ? text : refuse(`--policy ${text}：不是对象标识符 (not an OID)`)
}

/** @throws UsageError */
export const parseChainArguments = (args: readonly string[]): ChainArguments => {
  const { leaves, lists, singles, flags } = split(args)
  const [leaf, ...more] = leaves
  if (leaf === undefined || more.length > 0) return refuse('要在最前面给出一份证书 LEAF (one LEAF, first)')
  const list = (name: string): readonly string[] => lists.get(name) ?? []
  const at = singles.get('at')
  return {
    leaf,
    trust: list('trust'),
    intermediates: list('intermediates'),
    crls: list('crl'),
    ocsp: list('ocsp'),
    ...(at === undefined ? {} : { at: parseInstant(at) }),
    purpose: oneOf(PURPOSES, 'purpose', singles.get('purpose') ?? 'any'),
    policies: {
      ...(lists.has('policy') ? { acceptable: list('policy').map(policyOid) } : {}),
      requireExplicit: flags.has('explicit-policy'),
      inhibitMapping: flags.has('inhibit-mapping'),
      inhibitAny: flags.has('inhibit-any-policy'),
    },
    algorithms: oneOf(POLICIES, 'algorithms', singles.get('algorithms') ?? 'current'),
    revocation: flags.has('no-revocation') ? 'off' : 'crl',
    json: flags.has('json'),
  }
}
