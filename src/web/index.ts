/** Pages for people: their routes, what the OpenID provider shows, the page of a refusal, stylesheet and scripts. */
export type { Asset, Assets } from './assets.ts'
export { makeAssets } from './assets.ts'
export type { ProviderPagesDeps } from './provider-pages.ts'
export { providerPages } from './provider-pages.ts'
export { errorPageHtml } from './routes/error-page-html.ts'
export { pageRoutes } from './routes/index.ts'
export type { FrameDeps, PageDeps } from './routes/page-deps.ts'
