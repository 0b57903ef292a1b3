/** The steps of the journey, each a sentence and a piece of work that throws when the service did not do what it should. */
import type { ApprovalSystem } from '../../../examples/approval-system.ts'
import type { DocumentReport } from '../../verification/index.ts'
import { Browser } from './browser.ts'
import { sealPlace } from './place.ts'

export interface Person {
  readonly loginName: string
  readonly password: string
}

export const expect = (condition: boolean, what: string): void => {
  if (!condition) throw new Error(what)
}

interface PortalState {
  readonly signedIn: boolean
  readonly sub?: string
  readonly claims?: { readonly verified_claims?: unknown; readonly [name: string]: unknown }
}

export const portalState = async (browser: Browser, url: string): Promise<PortalState> =>
  (await browser.json(`${url}/`)) as PortalState

/** Signs in at a portal: password when asked, whom one acts for when asked. Says what was asked. */
export const signInAt = async (
  browser: Browser,
  portal: string,
  { person, actFor }: { readonly person: Person; readonly actFor?: string },
): Promise<{ readonly state: PortalState; readonly askedPassword: boolean }> => {
  let page = await browser.visit(`${portal}/sign-in`)
  const askedPassword = page.text.includes('name="password"')
  if (askedPassword) page = await browser.submit(page, { ...person })
  if (page.text.includes('name="principal"'))
    page = await browser.submit(page, { principal: principalValue(page.text, actFor) })
  const state = await portalState(browser, portal)
  expect(state.signedIn, `not signed in at ${portal}: status ${page.status}`)
  return { state, askedPassword }
}

const principalValue = (html: string, actFor: string | undefined): string => {
  const choices = html.split('<label').filter((part) => part.includes('name="principal"'))
  const wanted = actFor === undefined ? choices[0] : choices.find((part) => part.includes(actFor))
  const value = /value="([^"]*)"/.exec(wanted ?? '')?.[1]
  if (value === undefined) throw new Error('the page does not offer whom to act for')
  return value
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Signs out at one portal and waits until every other portal has forgotten the person too. Returns the milliseconds that took. */
export const signOutEverywhere = async (browser: Browser, from: string, others: readonly string[]): Promise<number> => {
  const started = performance.now()
  await browser.visit(`${from}/sign-out`)
  for (;;) {
    const states = await Promise.all([from, ...others].map((url) => portalState(browser, url)))
    if (states.every((s) => !s.signedIn)) return performance.now() - started
    expect(performance.now() - started < 10_000, 'a portal was not signed out within ten seconds')
    await sleep(20)
  }
}

export const stamp = async (
  approval: ApprovalSystem,
  document: Uint8Array,
  mediaType: 'application/ofd' | 'application/pdf',
): Promise<Uint8Array> => {
  const seal = (await approval.seals()).find((s) => s.status === 'active')
  if (seal === undefined) throw new Error('the office has no active seal')
  return approval.stamp({ sealId: seal.id, document, mediaType, ...sealPlace(document), reason: '行政许可决定用印' })
}

export interface TrustFolder {
  readonly files: ReadonlyMap<string, Uint8Array>
}

export const download = async (url: string): Promise<Uint8Array> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(15_000) })
  expect(response.ok, `${url} answered ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

/** The published trust folder as its manifest lists it. */
export const downloadTrust = async (base: string): Promise<ReadonlyMap<string, Uint8Array>> => {
  const manifest = await download(`${base}/trust/manifest.json`)
  const { files } = JSON.parse(new TextDecoder().decode(manifest)) as {
    readonly files: readonly { readonly path: string }[]
  }
  const found = new Map<string, Uint8Array>([['manifest.json', manifest]])
  for (const { path } of files) found.set(path, await download(`${base}/trust/${path}`))
  return found
}

export interface VerifyOverHttp {
  readonly base: string
  readonly file: Uint8Array
  readonly mediaType: string
  readonly at: string
}

export const verifyOverHttp = async ({ base, file, mediaType, at }: VerifyOverHttp): Promise<unknown> => {
  const response = await fetch(`${base}/verify?at=${encodeURIComponent(at)}`, {
    method: 'POST',
    headers: { 'content-type': mediaType, accept: 'application/json' },
    body: file as Uint8Array<ArrayBuffer>,
    signal: AbortSignal.timeout(30_000),
  })
  expect(response.ok, `POST /verify answered ${response.status}`)
  return response.json()
}

export const verdictOfJson = (report: unknown): DocumentReport['verdict'] =>
  (report as { readonly verdict: DocumentReport['verdict'] }).verdict

export { Browser }
