/** The JSON form of a report: `POST /verify`, `xinyin verify --json` and the browser page give the same. Its schema is docs/report.schema.json. */
import { z } from 'zod'
import { REASONS } from '../kernel/index.ts'
import type { DocumentReport } from './document-report.ts'

const verdict = z.enum(['valid', 'invalid', 'indeterminate'])
const checks = z.array(
  z.strictObject({
    name: z.string(),
    outcome: z.enum(['pass', 'fail', 'unknown', 'notice', 'notRun']),
    reason: z.enum(REASONS).optional(),
    cite: z.string(),
    detail: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
)

export const reportSchema = z.strictObject({
  kind: z.enum(['ofd', 'pdf', 'unknown']),
  verdict,
  at: z.iso.datetime().describe('The validation time'),
  checks,
  reports: z.array(
    z.strictObject({
      verdict,
      checks,
      sealName: z.string().optional(),
      signerName: z.string().optional(),
      signedAt: z.iso.datetime().optional().describe('As the signer claims'),
    }),
  ),
  licence: z
    .strictObject({ id: z.string(), type: z.string(), holder: z.string().optional(), issuer: z.string().optional() })
    .optional(),
  leniencies: z.array(z.string()),
})
export type ReportJson = z.infer<typeof reportSchema>

export const reportToJson = ({ at, reports, ...rest }: DocumentReport): unknown => ({
  ...rest,
  at: at.toISOString(),
  reports: reports.map(({ signedAt, ...r }) => ({
    ...r,
    ...(signedAt === undefined ? {} : { signedAt: signedAt.toISOString() }),
  })),
})
