/** Escrowed encryption keys on both databases: delivered to the subscriber, recovered by two officers, once, where the holder sees it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { sqlState } from '../../../adapters/postgres/db.ts'
import { fixedKeyRing, nodeCrypto } from '../../../src/crypto/node.ts'
import { TrustError } from '../../../src/errors.ts'
import type { CertificateApplication, RecoveryRecipient } from '../../../src/pki/enrolment/index.ts'
import {
  changeOwnCertificate,
  decideProposal,
  findDeliveries,
  findDeliveryOf,
  propose,
} from '../../../src/pki/enrolment/index.ts'
import { resealEscrow } from '../../../src/pki/escrow/index.ts'
import { makeEscrowVault } from '../../../src/pki/escrow/node.ts'
import { encodeSm2PublicKey } from '../../../standards/gbt-32918-sm2/index.ts'
import { openEnvelopedKey } from '../../../standards/gbt-35276-sm2-usage/index.ts'
import { parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import { codeOf, need } from '../../unit/pki/enrolment-acts.ts'
import type { EnrolmentWorld, TestKey } from '../../unit/pki/enrolment-world.ts'
import { MACHINE, enrolmentWorld, newRequest, scalarOf } from '../../unit/pki/enrolment-world.ts'
import { random } from '../../unit/pki/pki-world.ts'

const strength = 'urn:xinyin:acr:2'

export const escrowSuite = (open: () => Promise<Db>): void => {
  let w: EnrolmentWorld
  let pair: { readonly key: TestKey; readonly application: CertificateApplication }
  beforeAll(async () => {
    w = await enrolmentWorld(await open())
    pair = await w.certify('citizen', { dual: true })
  })
  afterAll(() => w.db.close())
  const encryption = () => need(pair.application.encryption)
  const opened = (envelopedKey: Uint8Array, { pkcs8 }: Pick<TestKey, 'pkcs8'>) =>
    openEnvelopedKey({ digests: nodeCrypto, privateKey: scalarOf(pkcs8), envelopedKey })
  const publicKeyOf = async (): Promise<Uint8Array> =>
    parseCertificate(need(await w.deps.pki.store.findBySerial(encryption().issuerId, encryption().serialHex)).der)
      .publicKey
  const order = (publicKey: Uint8Array, text = '云湖法执〔2026〕17号'): RecoveryRecipient => ({
    kind: 'order',
    publicKey,
    order: text,
  })
  const ask = (recipient: RecoveryRecipient, agent = w.agents.carl, name = encryption()) =>
    propose(w.deps, { agent, strength, act: { kind: 'recover', ...name, recipient }, reason: '密钥丢失' })
  const approve = (proposalId: string, agent = w.agents.dora) =>
    decideProposal(w.deps, { proposalId, agent, strength, decision: 'approve', reason: '同意恢复' })

  it('delivers the encryption key to whoever has the signing key, and to nobody else', async () => {
    const [delivery] = await findDeliveries(w.deps, encryption())
    expect(delivery).toMatchObject({ occasion: 'issue', recipientKey: pair.key.publicKey })
    const { publicKey } = opened(need(delivery).envelope, pair.key)
    expect(encodeSm2PublicKey(publicKey)).toEqual(await publicKeyOf())
    const other = await newRequest()
    expect(() => opened(need(delivery).envelope, other)).toThrow()
  })

  it('makes a certificate that encrypts and does not sign, for the same name', async () => {
    const certificates = await Promise.all(
      [need(pair.application.signing), encryption()].map(async (n) =>
        parseCertificate(need(await w.deps.pki.store.findBySerial(n.issuerId, n.serialHex)).der),
      ),
    )
    const [signing, encrypting] = certificates
    expect([...need(signing?.keyUsage)]).toEqual([0, 1])
    expect([...need(encrypting?.keyUsage)]).toEqual([2, 3, 4])
    expect(encrypting?.subject).toEqual(signing?.subject)
    expect(encrypting?.publicKey).not.toEqual(signing?.publicKey)
  })

  it('keeps no private key in the clear', async () => {
    const [delivery] = await findDeliveries(w.deps, encryption())
    const { privateKey } = opened(need(delivery).envelope, pair.key)
    for (const [table, column] of [
      ['escrowed_key', 'sealed'],
      ['key_delivery', 'envelope'],
      ['certificate', 'der'],
      ['certificate_intent', 'tbs'],
      ['certificate_application', 'csr'],
    ] as const) {
      const rows = await w.db.query<{ b: Uint8Array }>(`SELECT ${column} AS b FROM ${table}`)
      expect(rows.length).toBeGreaterThan(0)
      expect(rows.some(({ b }) => Buffer.from(b).includes(Buffer.from(privateKey)))).toBe(false)
    }
  })

  it('recovers nothing for officers who signed in with one factor, whoever asks', async () => {
    const recipient = order((await newRequest()).publicKey)
    const act = { kind: 'recover', ...encryption(), recipient } as const
    const weak = { agent: w.agents.carl, act, reason: '密钥丢失' } as const
    expect(await codeOf(propose(w.deps, weak))).toBe('SECOND_FACTOR_NEEDED')
    expect(await codeOf(propose(w.deps, { ...weak, strength: 'urn:xinyin:acr:1' }))).toBe('SECOND_FACTOR_NEEDED')
    const { id } = await propose(w.deps, { ...weak, strength })
    for (const decision of ['approve', 'reject'] as const) {
      const no = { proposalId: id, agent: w.agents.dora, decision, reason: '同意恢复' }
      expect(await codeOf(decideProposal(w.deps, no))).toBe('SECOND_FACTOR_NEEDED')
    }
    expect(await findDeliveryOf(w.deps, id)).toBeUndefined()
    await decideProposal(w.deps, {
      proposalId: id,
      agent: w.agents.dora,
      strength,
      decision: 'reject',
      reason: '不需要',
    })
  })

  it('recovers by two officers to a new signing certificate of the holder, who sees it', async () => {
    w.clock.advance(1_000)
    const renewed = await w.certify('citizen')
    const proposal = await ask({ kind: 'holder', ...need(renewed.application.signing) })
    expect(await codeOf(approve(proposal.id, w.agents.carl))).toBe('OFFICER_SAME_PERSON')
    await approve(proposal.id)
    const delivery = need(await findDeliveryOf(w.deps, proposal.id))
    expect(encodeSm2PublicKey(opened(delivery.envelope, renewed.key).publicKey)).toEqual(await publicKeyOf())
    expect((await findDeliveries(w.deps, encryption())).map((d) => d.occasion)).toEqual(['recovery', 'issue'])
    const trail = w.audit.events.filter((e) => e.action.startsWith('escrow.') || e.action.startsWith('enrolment.'))
    expect(trail.slice(-3).map((e) => e.action)).toEqual([
      'enrolment.proposed',
      'escrow.recovered',
      'enrolment.approved',
    ])
  })

  it('recovers by two officers to the key of a court, with the reference of its order', async () => {
    const court = await newRequest()
    const proposal = await ask(order(court.publicKey))
    await approve(proposal.id)
    const { envelope } = need(await findDeliveryOf(w.deps, proposal.id))
    expect(encodeSm2PublicKey(opened(envelope, court).publicKey)).toEqual(await publicKeyOf())
  })

  it('of approvals at once, one opens the escrow, and there is one delivery', async () => {
    await w.grant(w.agents.bert, w.entities.operator, ['ca.recover'])
    const proposal = await ask(order((await newRequest()).publicKey))
    const before = (await findDeliveries(w.deps, encryption())).length
    const results = await Promise.all(
      [w.agents.dora, w.agents.bert, w.agents.head].map((a) => codeOf(approve(proposal.id, a))),
    )
    expect(results.toSorted()).toEqual(['PROPOSAL_STATE', 'PROPOSAL_STATE', 'done'])
    expect(await findDeliveries(w.deps, encryption())).toHaveLength(before + 1)
    expect(await codeOf(approve(proposal.id))).toBe('PROPOSAL_STATE')
  })

  it('refuses officers without that mandate, programs, and the holder', async () => {
    const recipient = order((await newRequest()).publicKey)
    expect(await codeOf(ask(recipient, w.agents.anna))).toBe('MANDATE_MISSING')
    expect(await codeOf(ask(recipient, MACHINE))).toBe('FORBIDDEN')
    await w.grant(w.agents.citizen, w.entities.operator, ['ca.recover'])
    expect(await codeOf(ask(recipient, w.agents.citizen))).toBe('OFFICER_SAME_PERSON')
    const { id } = await ask(recipient)
    expect(await codeOf(approve(id, w.agents.anna))).toBe('MANDATE_MISSING')
    expect(await codeOf(approve(id, w.agents.citizen))).toBe('OFFICER_SAME_PERSON')
    await decideProposal(w.deps, {
      proposalId: id,
      agent: w.agents.dora,
      strength,
      decision: 'reject',
      reason: '依据不足',
    })
    expect(await findDeliveryOf(w.deps, id)).toBeUndefined()
  })

  it('refuses recipients that must not have it', async () => {
    const stranger = await w.certify('neighbour', { dual: true })
    const theirs = { kind: 'holder', ...need(stranger.application.signing) } as const
    expect(await codeOf(ask(theirs))).toBe('INPUT_INVALID')
    expect(await codeOf(ask({ kind: 'holder', ...encryption() }))).toBe('INPUT_INVALID')
    expect(await codeOf(ask(order((await newRequest('P-256')).publicKey)))).toBe('INPUT_INVALID')
    expect(await codeOf(ask(order(Uint8Array.of(0x30, 0))))).toBe('INPUT_INVALID')
    expect(await codeOf(ask(order((await newRequest()).publicKey, '?')))).toBe('INPUT_INVALID')
    expect(await codeOf(ask(theirs, w.agents.carl, need(pair.application.signing)))).toBe('ESCROW_NOT_FOUND')
  })

  it('asks again, when it is done, whether the recipient’s certificate is still good', async () => {
    const { application } = await w.certify('citizen')
    const certificate = need(application.signing)
    const proposal = await ask({ kind: 'holder', ...certificate })
    const own = { certificate, holder: w.own('citizen'), agent: w.agents.citizen } as const
    await changeOwnCertificate(w.deps, { ...own, change: { kind: 'suspend' } })
    expect(await codeOf(approve(proposal.id))).toBe('INPUT_INVALID')
    expect((await w.deps.store.proposals.find(proposal.id))?.status).toBe('open')
    expect(await findDeliveryOf(w.deps, proposal.id)).toBeUndefined()
  })

  it('opens nothing that was moved to another certificate, or changed', async () => {
    const other = await w.certify('neighbour', { dual: true })
    const name = need(other.application.encryption)
    const kept = need(await w.deps.escrow.store.find(encryption()))
    await w.deps.pki.work.run((tx) => w.deps.escrow.store.reseal(tx, name, kept.sealed))
    const { id } = await ask(order((await newRequest()).publicKey), w.agents.carl, name)
    expect(await codeOf(approve(id))).toBe('KEY_UNUSABLE')
    expect(await findDeliveryOf(w.deps, id)).toBeUndefined()
  })

  it('seals every key anew under another master key, and needs the old one no more', async () => {
    const next = { id: 'm2', key: random.bytes(32) }
    const both = makeEscrowVault({ ring: fixedKeyRing([w.masterKey, next], 'm2'), random })
    const { work } = w.deps.pki
    // The one that was moved in the test before does not open; nothing else may be lost for it.
    const page = async (...args: Parameters<typeof w.deps.escrow.store.page>) =>
      (await w.deps.escrow.store.page(...args)).filter((k) => k.serialHex === encryption().serialHex)
    const store = { ...w.deps.escrow.store, page }
    expect(await resealEscrow({ work, store, vault: both })).toBe(1)
    expect(await resealEscrow({ work, store, vault: both })).toBe(0)
    const only = makeEscrowVault({ ring: fixedKeyRing([next], 'm2'), random })
    const kept = need(await w.deps.escrow.store.find(encryption()))
    expect(only.open(kept.sealed, encryption())).toHaveLength(32)
    expect(() => w.deps.escrow.vault.open(kept.sealed, encryption())).toThrow(TrustError)
  })

  it('refuses in the database itself what the domain refuses', async () => {
    const { issuerId, serialHex } = encryption()
    const at = [issuerId, serialHex] as const
    const state = (sql: string) => w.db.query(sql, at).then(() => undefined, sqlState)
    expect(await state('DELETE FROM escrowed_key WHERE issuer_id = $1 AND serial = $2')).toBe('42501')
    expect(await state(`UPDATE escrowed_key SET public_key = '\\x00' WHERE issuer_id = $1 AND serial = $2`)).toBe(
      '42501',
    )
    expect(await state(`UPDATE key_delivery SET envelope = '\\x00' WHERE issuer_id = $1 AND serial = $2`)).toBe('42501')
    expect(await state('DELETE FROM key_delivery WHERE issuer_id = $1 AND serial = $2')).toBe('42501')
    const twice = `INSERT INTO key_delivery SELECT gen_random_uuid(), issuer_id, serial, occasion, proposal_id, recipient_key, envelope, at
      FROM key_delivery WHERE issuer_id = $1 AND serial = $2 LIMIT 1`
    expect(await state(twice)).toBe('23505')
  })
}
