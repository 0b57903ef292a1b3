/**
 * Extensions that limit what stands below a certificate (RFC 5280 §4.2.1.4, .5, .10, .11, .14): policies, mappings, constraints.
 * Refuses empty lists and negative counts.
 */
import type { Infer, Schema } from '../der/index.ts'
import {
  any,
  implicit,
  mapped,
  objectIdentifier,
  optional,
  sequence,
  sequenceOf,
  smallInteger,
  withDefault,
} from '../der/index.ts'
import { DerError } from '../errors.ts'

const atLeastOne = <T>(item: Schema<T>): Schema<readonly T[]> =>
  mapped(
    sequenceOf(item),
    (list, context) => {
      if (list.length === 0) throw new DerError(context.path, 'empty list')
      return list
    },
    (list) => list,
  )

/** INTEGER (0..MAX). */
export const count = (): Schema<number> =>
  mapped(
    smallInteger(),
    (n, context) => {
      if (n < 0) throw new DerError(context.path, 'negative count')
      return n
    },
    (n) => n,
  )

const PolicyQualifierInfo = sequence({ policyQualifierId: objectIdentifier(), qualifier: any() })

export const CertificatePolicies = atLeastOne(
  sequence({ policyIdentifier: objectIdentifier(), policyQualifiers: optional(atLeastOne(PolicyQualifierInfo)) }),
)
export type CertificatePolicies = Infer<typeof CertificatePolicies>

export const PolicyMappings = atLeastOne(
  sequence({ issuerDomainPolicy: objectIdentifier(), subjectDomainPolicy: objectIdentifier() }),
)
export type PolicyMappings = Infer<typeof PolicyMappings>

export const PolicyConstraints = sequence({
  requireExplicitPolicy: optional(implicit(0, count())),
  inhibitPolicyMapping: optional(implicit(1, count())),
})
export type PolicyConstraints = Infer<typeof PolicyConstraints>

/** `base` is a GeneralName. */
const GeneralSubtree = sequence({
  base: any(),
  minimum: withDefault(implicit(0, count()), 0),
  maximum: optional(implicit(1, count())),
})
export type GeneralSubtree = Infer<typeof GeneralSubtree>

/** GeneralSubtrees is SIZE (1..MAX); [0] and [1] are implicit. */
const subtrees = (n: number) => optional(implicit(n, atLeastOne(GeneralSubtree), true))

export const NameConstraints = sequence({ permittedSubtrees: subtrees(0), excludedSubtrees: subtrees(1) })
export type NameConstraints = Infer<typeof NameConstraints>

/** CPS pointer and user notice (§4.2.1.4). */
const QUALIFIERS: ReadonlySet<string> = new Set(['1.3.6.1.5.5.7.2.1', '1.3.6.1.5.5.7.2.2'])

/** A critical certificatePolicies binds us to know its qualifiers too. */
export const hasUnknownQualifier = (policies: CertificatePolicies): boolean =>
  policies.some(({ policyQualifiers }) => policyQualifiers?.some((q) => !QUALIFIERS.has(q.policyQualifierId)) === true)
