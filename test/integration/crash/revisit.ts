/** After a restart: everything that was acknowledged is there, and what was ended stays ended. */
import { portableCrypto } from '../../../src/crypto/index.ts'
import * as steps from '../../../src/cli/journey/steps.ts'
import { loadTrust, verifyDocument } from '../../../src/verification/index.ts'
import type { Acknowledged, Site } from './acts.ts'
import { issue } from './acts.ts'

const LAST = 6

const asksPassword = async (browser: steps.Browser, portal: string): Promise<boolean> =>
  (await browser.visit(`${portal}/sign-in`)).text.includes('name="password"')

/** What was found wrong, in words. Asks again for what was never answered. */
export const revisit = async (site: Site, known: Acknowledged): Promise<readonly string[]> => {
  const wrong: string[] = []
  const expect = (condition: boolean, what: string): void => {
    if (!condition) wrong.push(what)
  }
  for (const request of known.unanswered.splice(0)) {
    const before = new Set(known.licences.keys())
    const id = await issue(site, known, request)
    expect(!before.has(id), 'a licence of another case was handed out')
  }
  const trust = loadTrust(await steps.downloadTrust(site.url), portableCrypto)
  expect(trust.trust.crls.length > 0, 'no CRLs')
  const verdict = (bytes: Uint8Array): string =>
    verifyDocument({ bytes, crypto: portableCrypto, trust: trust.trust, at: new Date(), mode: 'compat' }).verdict
  for (const { bytes, mediaType } of known.sealed.slice(-LAST))
    expect(verdict(bytes) === 'valid', `a sealed ${mediaType} is ${verdict(bytes)}`)
  for (const id of [...known.licences.keys()].slice(-LAST)) {
    const found = verdict(await site.approval.licenceFile(id))
    const allowed = known.suspended.has(id) ? ['invalid'] : known.asked.has(id) ? ['invalid', 'valid'] : ['valid']
    expect(allowed.includes(found), `licence ${id} is ${found}`)
  }
  for (const browser of known.ended.slice(-LAST))
    expect(await asksPassword(browser, site.portals[1]), 'an ended session still signs in')
  for (const browser of known.alive.slice(-LAST))
    expect(!(await asksPassword(browser, site.portals[1])), 'a live session was lost')
  return wrong
}
