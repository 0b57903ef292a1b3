/**
 * Checks of one chain (leaf first, anchor last) that need no evidence from outside: RFC 5280 §6.1.3, §6.1.4, §6.1.5.
 * Policies and name constraints have files of their own; their findings are `constraints` too.
 */
import { OID } from '../oid/index.ts'
import type { Certificate } from './certificate.ts'
import { isSelfIssued, titleOf } from './certificate.ts'
import { KEY_USAGE } from './extension.ts'
import { chainNames } from './path-names.ts'
import type { PolicyInputs } from './path-policies.ts'
import { chainPolicies } from './path-policies.ts'
import type { PathFinding } from './path-finding.ts'
import { findings, worstFinding } from './path-finding.ts'

export type Chain = readonly Certificate[]

/**
 * `digital-signature`: the leaf signs documents. `seal-making`, `status-signing`: it holds that role, by an extended key usage; one
 * that names no usage at all may still do (other CAs name none), which is `unknown`. `time-stamping`: it is for that alone, and says so
 * in a critical extension. `any`: key usage is somebody else's question.
 */
export const PURPOSES = ['digital-signature', 'seal-making', 'status-signing', 'time-stamping', 'any'] as const
export type Purpose = (typeof PURPOSES)[number]

const ROLES: Readonly<Partial<Record<Purpose, string>>> = {
  'seal-making': OID.sealMaking,
  'status-signing': OID.statusSigning,
}

const constraints = findings('constraints', 'RFC 5280 6.1.4')

const issuerFault = (chain: Chain, index: number): string | undefined => {
  const issuer = chain[index] as Certificate
  const isAnchor = index === chain.length - 1
  if (issuer.basicConstraints?.ca !== true && !(isAnchor && issuer.basicConstraints === undefined)) return 'not-a-ca'
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.has(KEY_USAGE.keyCertSign)) return 'key-cert-sign'
  const below = chain.slice(1, index).filter((c) => !isSelfIssued(c)).length
  const limit = issuer.basicConstraints?.pathLen
  return limit !== undefined && below > limit ? 'path-length' : undefined
}

/** basicConstraints, pathLenConstraint, keyCertSign, critical extensions. */
const certificateFindings = (chain: Chain, index: number): PathFinding[] => {
  const { unknownCritical, ...c } = chain[index] as Certificate
  const about = { certificate: titleOf(c) }
  const failed = (detail: { readonly fault: string; readonly extension?: string }): PathFinding =>
    constraints.fail('CHAIN_CONSTRAINTS_FAILURE', { ...about, ...detail })
  const fault = index === 0 ? undefined : issuerFault(chain, index)
  return [
    ...(fault === undefined ? [] : [failed({ fault })]),
    ...(unknownCritical.length === 0
      ? []
      : [failed({ fault: 'unknown-critical-extension', extension: unknownCritical.join(' ') })]),
  ]
}

const UNDECIDED: ReadonlySet<string> = new Set(['unsupported-name-form', 'too-much-work'])

const nameFindings = (chain: Chain): PathFinding[] => {
  const { failedAt, fault } = chainNames(chain)
  if (failedAt === undefined || fault === undefined) return []
  const detail = { certificate: titleOf(failedAt), fault }
  return UNDECIDED.has(fault)
    ? [constraints.unknown('CHAIN_CONSTRAINTS_FAILURE', detail)]
    : [constraints.fail('CHAIN_CONSTRAINTS_FAILURE', detail)]
}

/** basicConstraints, key usage, critical extensions, name constraints, policies. A pass names the policies when they were asked for. */
export const chainConstraints = (chain: Chain, inputs?: PolicyInputs): PathFinding => {
  const policies = chainPolicies(chain, inputs)
  const { failedAt, fault } = policies
  const found = [
    ...chain.flatMap((_, index) => certificateFindings(chain, index)),
    ...nameFindings(chain),
    ...(failedAt === undefined || fault === undefined
      ? []
      : [constraints.fail('CHAIN_CONSTRAINTS_FAILURE', { certificate: titleOf(failedAt), fault })]),
  ]
  return (
    worstFinding(found) ??
    constraints.pass(inputs === undefined ? undefined : { policies: policies.policies.join(' ') })
  )
}

const validity = findings('validity', 'RFC 5280 6.1.3 (a)(2)')
const SECOND = 1000

/** Every certificate, the anchor too, at `at`; the second of notAfter still counts. */
export const chainValidity = (chain: Chain, at: Date): PathFinding => {
  const about = (c: Certificate) => ({
    certificate: titleOf(c),
    notBefore: c.notBefore.toISOString(),
    notAfter: c.notAfter.toISOString(),
  })
  for (const c of chain) {
    if (at < c.notBefore) return validity.fail('NOT_YET_VALID', about(c))
    if (at.getTime() >= c.notAfter.getTime() + SECOND) return validity.fail('EXPIRED', about(c))
  }
  return validity.pass(about(chain[0] as Certificate))
}

const purposes = findings('purpose', 'RFC 5280 4.2.1.3, 4.2.1.12')
const SIGNING_EKUS: ReadonlySet<string> = new Set([
  OID.documentSigning,
  // anyExtendedKeyUsage, clientAuth, emailProtection, Microsoft and Adobe document signing: met in signing certificates
  '2.5.29.37.0',
  '1.3.6.1.5.5.7.3.2',
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.4.1.311.10.3.12',
  '1.2.840.113583.1.1.5',
])

/** RFC 3161 §2.3: one usage only, in a critical extension. */
const timeStampingPurpose = (leaf: Certificate): PathFinding => {
  const about = { certificate: titleOf(leaf), role: 'time-stamping' }
  const { extKeyUsage = [], extensions } = leaf
  if (extKeyUsage.length !== 1 || extKeyUsage[0] !== OID.timeStamping)
    return purposes.fail('CHAIN_CONSTRAINTS_FAILURE', { ...about, fault: 'role' })
  const isCritical = extensions.some((e) => e.extnID === OID.extKeyUsage && e.critical)
  return isCritical
    ? purposes.pass()
    : purposes.fail('CHAIN_CONSTRAINTS_FAILURE', { ...about, fault: 'role-not-critical' })
}

/** Key usage and extended key usage limit only where they are present. */
export const leafPurpose = (leaf: Certificate, purpose: Purpose): PathFinding => {
  if (purpose === 'any') return purposes.notRun()
  const about = { certificate: titleOf(leaf) }
  const { keyUsage, extKeyUsage } = leaf
  if (keyUsage !== undefined && !keyUsage.has(KEY_USAGE.digitalSignature) && !keyUsage.has(KEY_USAGE.contentCommitment))
    return purposes.fail('CHAIN_CONSTRAINTS_FAILURE', { ...about, fault: 'key-usage' })
  if (purpose === 'time-stamping') return timeStampingPurpose(leaf)
  const role = ROLES[purpose]
  if (role !== undefined) {
    if (extKeyUsage?.includes(role) === true) return purposes.pass()
    const fault = { ...about, fault: 'role', role: purpose }
    return extKeyUsage === undefined
      ? purposes.unknown('CHAIN_CONSTRAINTS_FAILURE', fault)
      : purposes.fail('CHAIN_CONSTRAINTS_FAILURE', fault)
  }
  if (extKeyUsage !== undefined && !extKeyUsage.some((oid) => SIGNING_EKUS.has(oid)))
    return purposes.fail('CHAIN_CONSTRAINTS_FAILURE', { ...about, fault: 'extended-key-usage' })
  return purposes.pass()
}
