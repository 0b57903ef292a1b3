/** The page of a refusal, for people; src/http/app.ts shows it wherever a browser asks. */
import type { Problem } from '../../http/index.ts'
import { errorPage } from '../pages/error.ts'
import { paths } from '../paths.ts'
import type { Language } from '../words/index.ts'
import type { FrameDeps } from './page-deps.ts'

/** Where the next step is known, a link leads there. */
const NEXT: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: paths.signIn,
  SESSION_ENDED: paths.signIn,
  INTERACTION_EXPIRED: paths.signIn,
  PRINCIPAL_NOT_AVAILABLE: paths.choosePrincipal,
}

export const errorPageHtml = (
  { assets, host, demo, platform }: FrameDeps,
  { code }: Pick<Problem, 'code'>,
  language: Language,
): string => {
  const retryUrl = NEXT[code]
  const chrome = { language, host, demo, platform, assets }
  return errorPage({ chrome, code, ...(retryUrl === undefined ? {} : { retryUrl }) }).toString()
}
