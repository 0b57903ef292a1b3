/** Outside programs at work until the service dies under them, and what each of them was told had been done. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiRefusal, connectApprovalSystem } from '../../../examples/approval-system.ts'
import type { ApprovalSystem, LicenceRequest } from '../../../examples/approval-system.ts'
import { sampleOfd, samplePdf } from '../../../examples/sample-documents.ts'
import { world } from '../../../examples/world.ts'
import * as steps from '../../../src/cli/journey/steps.ts'

export interface Acknowledged {
  /** By id: what the licence was called. */
  readonly licences: Map<string, string>
  /** Suspension asked for; and acknowledged. */
  readonly asked: Set<string>
  readonly suspended: Set<string>
  readonly sealed: { readonly mediaType: 'application/ofd' | 'application/pdf'; readonly bytes: Uint8Array }[]
  /** Asked for, and the connection broke before the answer. */
  readonly unanswered: LicenceRequest[]
  /** Browsers with a session at the service. */
  readonly alive: steps.Browser[]
  /** Browsers that were told that they are signed out. */
  readonly ended: steps.Browser[]
  /** Answers that a healthy or a dying service must not give. */
  readonly wrong: string[]
}

export const nothingYet = (): Acknowledged => ({
  licences: new Map(),
  asked: new Set(),
  suspended: new Set(),
  sealed: [],
  unanswered: [],
  alive: [],
  ended: [],
  wrong: [],
})

export interface Site {
  readonly url: string
  readonly portals: readonly [string, string]
  readonly approval: ApprovalSystem
  readonly sealId: string
}

const need = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('missing in the demonstration world')
  return value
}
const office = need(world.clients.find((c) => c.kind === 'approval-system'))
const enterprise = need(world.entities.find((e) => e.id === 'shili'))
const people = ['lin', 'zhou', 'wu', 'jiang', 'tang'].map((id) => {
  const { loginName, password } = need(world.accounts.find((a) => a.person === id))
  return { loginName, password }
})

export const connectSite = async (url: string): Promise<Site> => {
  const info = (await (await fetch(`${url}/demo.json`)).json()) as { readonly portals: readonly { url: string }[] }
  const [first, second] = info.portals.map((p) => p.url)
  if (office.authentication.method !== 'private_key_jwt') throw new Error('the approval system has no key')
  const { privateJwk } = office.authentication
  const approval = await connectApprovalSystem({ publicUrl: url, clientId: office.id, privateJwk })
  const seal = need((await approval.seals()).find((s) => s.status === 'active'))
  return { url, portals: [need(first), need(second)], approval, sealId: seal.id }
}

let cases = 0
export const newCase = ({ sealId }: Site): LicenceRequest => {
  const number = `${process.pid}${String(++cases).padStart(6, '0')}`
  return {
    typeCode: '11990000MB09900163009',
    sealId,
    holder: { kind: 'entity', name: enterprise.name, code: enterprise.uscc },
    number: `JY${number.padStart(14, '0')}`,
    caseNumber: `CRASH-${number}`,
    fields: { FDDBR: '周示范', JYCS: '云湖省澄州市样本街 1 号', ZTYT: '食品销售经营者', JYXM: '预包装食品' },
  }
}

export const issue = async (site: Site, known: Acknowledged, request: LicenceRequest): Promise<string> => {
  const { id, licenceId } = await site.approval.issue(request)
  known.licences.set(id, licenceId)
  return id
}

const issuing = async (site: Site, known: Acknowledged): Promise<void> => {
  const request = newCase(site)
  const id = await issue(site, known, request).catch((error: unknown) => {
    if (!(error instanceof ApiRefusal)) known.unanswered.push(request)
    throw error
  })
  if (known.licences.size % 3 !== 0) return
  known.asked.add(id)
  await site.approval.changeLicence(id, 'suspend', '复核')
  known.suspended.add(id)
}

const sealing = async ({ approval, sealId }: Site, known: Acknowledged): Promise<void> => {
  const mediaType = known.sealed.length % 2 === 0 ? 'application/ofd' : 'application/pdf'
  const document = mediaType === 'application/ofd' ? await sampleOfd('2026-11-21') : samplePdf()
  const where = { page: 1, xMm: 100, yMm: 100, reason: '用印' }
  known.sealed.push({ mediaType, bytes: await approval.stamp({ sealId, document, mediaType, ...where }) })
}

const signing = async ({ portals: [first, second] }: Site, known: Acknowledged): Promise<void> => {
  const browser = new steps.Browser()
  const person = need(people[(known.alive.length + known.ended.length) % people.length])
  await steps.signInAt(browser, first, { person })
  await steps.signInAt(browser, second, { person })
  if ((known.alive.length + known.ended.length) % 2 === 0) {
    known.alive.push(browser)
    return
  }
  const page = await browser.visit(`${first}/sign-out`)
  if (page.status === 200) known.ended.push(browser)
}

/** Works until `signal`; what fails while the service lives is wrong, what fails with it is not. */
export const workUntil = async (site: Site, known: Acknowledged, signal: AbortSignal): Promise<void> => {
  const endless = async (name: string, act: (site: Site, known: Acknowledged) => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      try {
        await act(site, known)
      } catch (error) {
        await sleep(50)
        if (!signal.aborted || error instanceof ApiRefusal) known.wrong.push(`${name}: ${(error as Error).message}`)
      }
    }
  }
  await Promise.all([endless('issuing', issuing), endless('sealing', sealing), endless('signing', signing)])
}
