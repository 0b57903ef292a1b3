/**
 * Whether a sign-in is strong enough, decided in one pure function. Levels are ordered (src/identity), never compared as text.
 * What cannot be reached is refused at once (unmet_authentication_requirements), not asked for again and again.
 */
import {
  atLeast,
  levelAtLeast,
  parseAcr,
  strengthAtLeast,
  type Assurance,
  type AuthenticationStrength,
} from '../identity/index.ts'

export interface AcrQuestion {
  /** Any of these will do, the preferred one first. */
  readonly wanted: readonly string[]
  /** Undefined: nobody is signed in yet. */
  readonly has?: Assurance
  /** The strongest way of signing in that this service offers. */
  readonly reachable: AuthenticationStrength
  /** The person has signed in within this very request: asking once more leads nowhere. */
  readonly justSignedIn: boolean
}

export type AcrDecision =
  | {
      readonly kind: 'satisfied'
      /** Which of the wanted ones; Core §5.5.1.1 wants it back. */ readonly answer: string
    }
  | { readonly kind: 'sign-in'; readonly acr: string }
  | { readonly kind: 'unmet'; readonly axis: 'proofing' | 'strength' | 'unknown' }

export const decideAcr = ({ wanted, has, reachable, justSignedIn }: AcrQuestion): AcrDecision => {
  const known = wanted.flatMap((text) => {
    const parsed = parseAcr(text)
    return parsed === undefined ? [] : [{ text, parsed }]
  })
  if (known.length === 0) return { kind: 'unmet', axis: 'unknown' }
  const met = has && known.find((w) => atLeast(has, w.parsed))
  if (met !== undefined) return { kind: 'satisfied', answer: met.text }
  const proven = known.filter((w) => has === undefined || levelAtLeast(has.proofing, w.parsed.proofing))
  if (proven.length === 0) return { kind: 'unmet', axis: 'proofing' }
  const offered = proven.find((w) => strengthAtLeast(reachable, w.parsed.strength))
  if (offered === undefined || justSignedIn) return { kind: 'unmet', axis: 'strength' }
  return { kind: 'sign-in', acr: offered.text }
}
