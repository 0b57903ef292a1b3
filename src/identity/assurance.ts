/**
 * How sure we are who somebody is (proofing level, kept with the person) and how strongly they just signed in
 * (authentication strength, kept with the session): two axes, never one number, ordered by one pure partial order.
 */
export const ASSURANCE_LEVELS = ['L1', 'L2', 'L3', 'L4', 'L5'] as const
/** L1 self-declared, L2 phone proven, L3 two-element register match, L4 real person as well, L5 certificate or in person. */
export type AssuranceLevel = (typeof ASSURANCE_LEVELS)[number]

export const AUTHENTICATION_STRENGTHS = [
  'urn:xinyin:acr:1',
  'urn:xinyin:acr:2',
  'urn:xinyin:acr:3',
  'urn:xinyin:acr:4',
] as const
/** 1 password or SMS, 2 two factors, 3 phishing-resistant, 4 hardware key or CA certificate. */
export type AuthenticationStrength = (typeof AUTHENTICATION_STRENGTHS)[number]

export interface Assurance {
  readonly proofing: AssuranceLevel
  readonly strength: AuthenticationStrength
}

export const levelAtLeast = (has: AssuranceLevel, wanted: AssuranceLevel): boolean =>
  ASSURANCE_LEVELS.indexOf(has) >= ASSURANCE_LEVELS.indexOf(wanted)

export const strengthAtLeast = (has: AuthenticationStrength, wanted: AuthenticationStrength): boolean =>
  AUTHENTICATION_STRENGTHS.indexOf(has) >= AUTHENTICATION_STRENGTHS.indexOf(wanted)

/** The partial order: satisfied only on both axes; neither makes up for the other. */
export const atLeast = (has: Assurance, wanted: Assurance): boolean =>
  levelAtLeast(has.proofing, wanted.proofing) && strengthAtLeast(has.strength, wanted.strength)

/** `urn:xinyin:loa:L3.1`, for clients that can ask for one string only. */
export const combinedAcr = ({ proofing, strength }: Assurance): string =>
  `urn:xinyin:loa:${proofing}.${strength.slice(-1)}`

/** Reads an acr of either form; a plain strength asks nothing of the proofing. Undefined: not one of ours. */
export const parseAcr = (text: string): Assurance | undefined => {
  const combined = /^urn:xinyin:loa:(L[1-5])\.([1-4])$/.exec(text)
  const proofing = ASSURANCE_LEVELS.find((l) => l === (combined?.[1] ?? 'L1'))
  const strength = AUTHENTICATION_STRENGTHS.find((s) => s === (combined ? `urn:xinyin:acr:${combined[2]}` : text))
  return proofing === undefined || strength === undefined ? undefined : { proofing, strength }
}

/** What was asked of whom, when, and what it supports. Never what was sent. Append-only. */
export interface ProofingEvidence {
  readonly id: string
  readonly subject: { readonly kind: 'person' | 'entity'; readonly id: string }
  readonly source: 'population-registry' | 'legal-entity-registry'
  readonly method: 'name-and-number' | 'name-code-and-representative'
  /** Our request id, which the registry keeps too. */
  readonly requestId: string
  readonly level: AssuranceLevel
  readonly at: Date
}

/** A two-element match against the register, and nothing more. */
export const REGISTER_MATCH_LEVEL: AssuranceLevel = 'L3'
