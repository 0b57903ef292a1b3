/** Two kinds of page route: a GET, which also changes the language on `?lang=`, and the POST of a form. */
import type { Access, AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { formBody, noBody, route } from '../../http/index.ts'
import { LANGUAGES } from '../words/index.ts'
import type { PageDeps } from './page-deps.ts'

interface Address {
  readonly path: string
  readonly access: Access
  readonly summary: string
}

const YEAR_S = 31_536_000

/** Back to the same page without `lang`, its choice in a cookie. Undefined: nothing was chosen. */
const languageChosen = (publicUrl: string, { query, path }: RouteRequest<undefined>): Reply | undefined => {
  const language = LANGUAGES.find((l) => l === query.get('lang'))
  if (language === undefined) return undefined
  const rest = new URLSearchParams([...query].filter(([name]) => name !== 'lang')).toString()
  const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
  const cookie = `lang=${language}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax; HttpOnly${secure}`
  return { type: 'redirect', to: rest === '' ? path : `${path}?${rest}`, headers: { 'set-cookie': cookie } }
}

export const getPage = (
  { publicUrl }: Pick<PageDeps, 'publicUrl'>,
  address: Address,
  handler: (request: RouteRequest<undefined>) => Promise<Reply>,
): AnyRoute =>
  route({
    ...address,
    method: 'GET',
    kind: 'page',
    body: noBody,
    handler: async (request) => languageChosen(publicUrl, request) ?? handler(request),
  })

export const postForm = (address: Address, handler: (request: RouteRequest<FormFields>) => Promise<Reply>): AnyRoute =>
  route({ ...address, method: 'POST', kind: 'page', body: formBody, handler })
