/** What people and programs do in a world, one line each: have a seal made, stamp, issue a licence, publish, verify. */
import { nodeCrypto } from '../../src/crypto/node.ts'
import { parseCertificate, serialHex } from '../../standards/rfc5280-x509/index.ts'
import type { Placement } from '../../src/document/index.ts'
import type { Agent, MandateFunction } from '../../src/identity/index.ts'
import { grantMandate } from '../../src/identity/index.ts'
import type { IssuedLicence, IssueRequest } from '../../src/licence/index.ts'
import { changeLicenceStatus, issueLicence } from '../../src/licence/index.ts'
import { publishCrls, revokeCertificate } from '../../src/pki/index.ts'
import type { Seal, SealStatusChange } from '../../src/seal/index.ts'
import { applyForSeal, applySeal, approveSeal, changeSealStatus } from '../../src/seal/index.ts'
import type {
  DocumentQuestion,
  DocumentReport,
  LoadedTrust,
  TrustFiles,
  TrustPublisher,
} from '../../src/verification/index.ts'
import { loadTrust, verifyDocument } from '../../src/verification/index.ts'
import { DAY, SECOND } from './world-clock.ts'
import type { WorldParts } from './world.ts'

/** The office whose seal and licences the acts are about. */
export const OFFICE = 'scjg'
const APPROVAL_SYSTEM: Agent = { kind: 'client', clientId: 'approval-scjg' }
const CENTRE: Placement = { page: 1, xMm: 150, yMm: 230 }

const idIn = (map: ReadonlyMap<string, string>, name: string): string => {
  const id = map.get(name)
  if (id === undefined) throw new TypeError(`world.json has no ${name}`)
  return id
}

/** Licence type of src/licence/licence-types.json. */
export const licenceRequest = (
  n = 1,
): Pick<IssueRequest, 'typeCode' | 'holder' | 'number' | 'fields' | 'caseNumber'> => ({
  typeCode: '11990000MB09900163009',
  holder: { kind: 'entity', name: '云湖示例科技有限公司', code: '91990103MA7KXY0A2Y' },
  number: `JY${String(19_901_030_000_000 + n)}`,
  fields: { FDDBR: '周示范', JYCS: '云湖省澄州市云津区样例路一号', ZTYT: '餐饮服务经营者', JYXM: '热食类食品制售' },
  caseNumber: `case-${String(n).padStart(4, '0')}`,
})

export const worldActs = (w: WorldParts, newPublisher: () => TrustPublisher) => {
  const person = (name: string): Agent & { kind: 'person' } => ({ kind: 'person', personId: idIn(w.people, name) })
  const office = (name = OFFICE): string => idIn(w.entities, name)
  const cas = w.ceremony.certificates
  let seal: Promise<Seal> | undefined

  const newSeal = async (applicant: string, approver: string, entity = OFFICE): Promise<Seal> => {
    const reason = '新设印章'
    const wish = { entityId: office(entity), agent: person(applicant), kind: 'legal-name', reason } as const
    const { id } = await applyForSeal(w.seals, wish)
    return approveSeal(w.seals, { applicationId: id, agent: person(approver) })
  }
  /** Made at the first call: applied for and approved by the two officers of world.json. */
  const officeSeal = (): Promise<Seal> => (seal ??= newSeal('zheng', 'sun'))

  const grant = (actor: string, agent: Agent, functions: readonly MandateFunction[], entity = OFFICE) =>
    grantMandate(w.identity, {
      ...{ actor: idIn(w.people, actor), entityId: office(entity), agent, functions },
      validTo: new Date(w.identity.clock.now().getTime() + 30 * DAY),
    })

  const stamp = async (document: Uint8Array, place: Partial<Placement> = {}): Promise<Uint8Array> => {
    const { id: sealId } = await officeSeal()
    const placements = [{ ...CENTRE, ...place }]
    return (await applySeal(w.seals, { sealId, agent: APPROVAL_SYSTEM, reason: '审批结果', document, placements }))
      .document
  }
  const issue = async (wish: Partial<IssueRequest> = {}): Promise<IssuedLicence> => {
    const common = { issuerId: office(), agent: APPROVAL_SYSTEM, sealId: (await officeSeal()).id }
    return issueLicence(w.licences, { ...licenceRequest(), ...common, ...wish })
  }
  const trustFiles = async (): Promise<TrustFiles> => {
    await publishCrls(w.pki)
    return newPublisher().files()
  }
  const trust = async (): Promise<LoadedTrust> => loadTrust(await trustFiles(), nodeCrypto)

  /** Everything fresh, at the world's time unless told otherwise. */
  const verify = async (bytes: Uint8Array, wish: Partial<DocumentQuestion> = {}): Promise<DocumentReport> =>
    verifyDocument({
      ...{ bytes, crypto: nodeCrypto, at: w.identity.clock.now(), mode: 'strict' },
      trust: wish.trust ?? (await trust()).trust,
      ...wish,
    })

  return {
    person,
    office,
    newSeal,
    officeSeal,
    grant,
    /** Stamps with the office's seal as its approval system. */
    applySeal: stamp,
    /** Issues the sample licence, or one that differs from it. */
    issueLicence: issue,
    /** The folder as it would be published now, signed anew. */
    trustFiles,
    trust,
    verify,
    changeSeal: async (change: SealStatusChange['change']) =>
      changeSealStatus(w.seals, { sealId: (await officeSeal()).id, agent: person('sun'), change, reason: '试验' }),
    changeLicence: (id: string, to: 'valid' | 'suspended' | 'revoked') =>
      changeLicenceStatus(w.licences, { id, to, agent: APPROVAL_SYSTEM, reason: '试验' }),
    /** Of a certificate that the issuing CA of its kind signed. */
    revoke: (der: Uint8Array, issuerId = 'office-ca-sm2') =>
      revokeCertificate(w.pki, {
        ...{ issuerId, serialHex: serialHex(parseCertificate(der).serial), reason: 'keyCompromise' },
        actor: { kind: 'system', id: 'test' },
      }),
    /** DER of a certificate of the ceremony. */
    certificate: (id: string): Uint8Array => {
      const found = cas.find((c) => c.id === id)
      if (found === undefined) throw new TypeError(`the ceremony made no ${id}`)
      return found.der
    },
    /** So that what is done next is later in whole seconds too. */
    second: SECOND,
  }
}
