/** The one entry: what kind of file it is decides who verifies it. Never throws on bad bytes: broken bytes are a verdict. */
import { detectDocument } from '../document/index.ts'
import { fail } from '../kernel/index.ts'
import type { DocumentReport } from './document-report.ts'
import type { DocumentQuestion } from './question.ts'
import { verifyOfd } from './verify-ofd.ts'
import { verifyPdf } from './verify-pdf.ts'

export const verifyDocument = (question: DocumentQuestion): DocumentReport => {
  switch (detectDocument(question.bytes)) {
    case 'ofd':
      return verifyOfd(question)
    case 'pdf':
      return verifyPdf(question)
    case 'unknown':
      return {
        kind: 'unknown',
        verdict: 'invalid',
        at: question.at,
        checks: [fail('file.kind', 'FORMAT_FAILURE', 'GB/T 33190-2016 7; ISO 32000-1 7.5.2')],
        reports: [],
        leniencies: [],
      }
  }
}
