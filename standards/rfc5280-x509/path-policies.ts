/**
 * Certificate policies along a chain: RFC 5280 §6.1 with the policy graph of RFC 9618, which stays linear in the size of the
 * certificates where the tree of 2008 grows without bound.
 */
import { OID } from '../oid/index.ts'
import type { Certificate } from './certificate.ts'
import { isSelfIssued } from './certificate.ts'

/** §6.1.1 c to f. */
export interface PolicyInputs {
  /** Policies that the relying party accepts; absent, or with anyPolicy in it: all. */
  readonly acceptable?: readonly string[]
  readonly requireExplicit?: boolean
  readonly inhibitMapping?: boolean
  readonly inhibitAny?: boolean
}

export interface PolicyVerdict {
  /** The certificate at which the chain stopped having an acceptable policy. */
  readonly failedAt?: Certificate
  readonly fault?: 'no-acceptable-policy' | 'any-policy-mapped'
  /** What the chain stands for, in terms of the anchor, among the acceptable ones; `anyPolicy` for all. */
  readonly policies: readonly string[]
}

/** One policy at one depth. RFC 9618: one node each, with several parents. */
interface Node {
  readonly policy: string
  readonly expected: readonly string[]
  readonly parents: readonly Node[]
}
type Level = Map<string, Node>

interface Counters {
  explicit: number
  mapping: number
  any: number
}

const ANY = OID.anyPolicy
const rootLevel = (): Level => new Map([[ANY, { policy: ANY, expected: [ANY], parents: [] }]])

const byExpected = (level: Level): Map<string, Node[]> => {
  const index = new Map<string, Node[]>()
  for (const node of level.values())
    for (const policy of node.expected) {
      const nodes = index.get(policy)
      if (nodes === undefined) index.set(policy, [node])
      else nodes.push(node)
    }
  return index
}

/** §6.1.3 d: the next level, from the policies of one certificate. */
const nextLevel = (above: Level, policies: readonly string[], anyAllowed: boolean): Level => {
  const expecting = byExpected(above)
  const any = above.get(ANY)
  const level: Level = new Map()
  const add = (policy: string, parents: readonly Node[]): unknown =>
    level.set(policy, { policy, expected: [policy], parents })
  for (const policy of new Set(policies)) {
    if (policy === ANY) continue
    const parents = expecting.get(policy) ?? (any === undefined ? [] : [any])
    if (parents.length > 0) add(policy, parents)
  }
  if (anyAllowed && policies.includes(ANY))
    for (const [policy, parents] of expecting) if (!level.has(policy)) add(policy, parents)
  return level
}

/** §6.1.4 b. Mappings of a policy that is not here, with no anyPolicy here either, mean nothing. */
const mapLevel = (level: Level, mappings: NonNullable<Certificate['policyMappings']>, allowed: boolean): void => {
  const targets = new Map<string, string[]>()
  for (const { issuerDomainPolicy: from, subjectDomainPolicy: to } of mappings) {
    const known = targets.get(from)
    if (known === undefined) targets.set(from, [to])
    else known.push(to)
  }
  const any = level.get(ANY)
  for (const [from, to] of targets) {
    const node = level.get(from)
    if (!allowed) level.delete(from)
    else if (node !== undefined) level.set(from, { ...node, expected: [...new Set(to)] })
    else if (any !== undefined) level.set(from, { policy: from, expected: [...new Set(to)], parents: any.parents })
  }
}

/** §6.1.4 i, j. */
const tighten = (counters: Counters, { policyConstraints, inhibitAnyPolicy }: Certificate): void => {
  counters.explicit = Math.min(counters.explicit, policyConstraints?.requireExplicitPolicy ?? Infinity)
  counters.mapping = Math.min(counters.mapping, policyConstraints?.inhibitPolicyMapping ?? Infinity)
  counters.any = Math.min(counters.any, inhibitAnyPolicy ?? Infinity)
}

const countDown = (counters: Counters): void => {
  counters.explicit = Math.max(0, counters.explicit - 1)
  counters.mapping = Math.max(0, counters.mapping - 1)
  counters.any = Math.max(0, counters.any - 1)
}

/** §6.1.5 g: what the anchor's authority speaks of: nodes directly below anyPolicy that are still reached from the leaf's level. */
const authorityPolicies = (last: Level): string[] => {
  const found = new Set<string>()
  const seen = new Set<Node>()
  const queue = [...last.values()]
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (node.policy !== ANY && node.parents.some((p) => p.policy === ANY)) found.add(node.policy)
    queue.push(...node.parents)
  }
  return last.has(ANY) ? [ANY, ...found] : [...found]
}

const acceptedOf = (policies: readonly string[], acceptable: readonly string[] | undefined): readonly string[] => {
  if (acceptable === undefined || acceptable.includes(ANY)) return policies
  return policies.includes(ANY) ? acceptable : acceptable.filter((p) => policies.includes(p))
}

const startCounters = (inputs: PolicyInputs, anchor: Certificate, length: number): Counters => {
  const start = (zero: boolean | undefined): number => (zero === true ? 0 : length + 1)
  const counters = {
    explicit: start(inputs.requireExplicit),
    mapping: start(inputs.inhibitMapping),
    any: start(inputs.inhibitAny),
  }
  // RFC 5937: what the anchor's certificate demands holds from the start.
  tighten(counters, anchor)
  return counters
}

/** @param chain leaf first, anchor last */
export const chainPolicies = (chain: readonly Certificate[], inputs: PolicyInputs = {}): PolicyVerdict => {
  const anchor = chain[chain.length - 1] as Certificate
  const below = chain.slice(0, -1).toReversed()
  const counters = startCounters(inputs, anchor, below.length)
  let level = rootLevel()
  for (const [index, certificate] of below.entries()) {
    const isLast = index === below.length - 1
    const selfIssued = !isLast && isSelfIssued(certificate)
    level = nextLevel(level, certificate.policies ?? [], counters.any > 0 || selfIssued)
    if (counters.explicit === 0 && level.size === 0)
      return { failedAt: certificate, fault: 'no-acceptable-policy', policies: [] }
    if (isLast) break
    const mappings = certificate.policyMappings
    if (mappings?.some((m) => m.issuerDomainPolicy === ANY || m.subjectDomainPolicy === ANY) === true)
      return { failedAt: certificate, fault: 'any-policy-mapped', policies: [] }
    if (mappings !== undefined) mapLevel(level, mappings, counters.mapping > 0)
    if (!selfIssued) countDown(counters)
    tighten(counters, certificate)
  }
  const leaf = chain[0] as Certificate
  const explicit = leaf.policyConstraints?.requireExplicitPolicy === 0 ? 0 : Math.max(0, counters.explicit - 1)
  const policies = acceptedOf(authorityPolicies(level), inputs.acceptable)
  return explicit === 0 && policies.length === 0
    ? { failedAt: leaf, fault: 'no-acceptable-policy', policies }
    : { policies }
}
