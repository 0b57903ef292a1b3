import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { openEmbedded } from '../../../adapters/postgres/pglite.ts'
import { run } from '../../../src/cli/certificates.ts'
import { UsageError } from '../../../src/cli/exit.ts'
import { changeOwnCertificate } from '../../../src/pki/enrolment/index.ts'
import type { CertificateApplication } from '../../../src/pki/enrolment/index.ts'
import { enrolmentWorld } from '../../unit/pki/enrolment-world.ts'
import { runCli } from '../verification/run-cli.ts'

describe('xinyin certificates', () => {
  let data: string
  let kept: CertificateApplication
  let revoked: CertificateApplication
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'xinyin-certificates-'))
    const db = await openEmbedded(join(data, 'db'))
    await migrate(db)
    const w = await enrolmentWorld(db)
    kept = (await w.certify('citizen')).application
    revoked = (await w.certify('citizen')).application
    const own = { holder: w.own('citizen'), agent: w.agents.citizen } as const
    const change = { kind: 'revoke', reason: 'superseded' } as const
    if (revoked.signing !== undefined)
      await changeOwnCertificate(w.deps, { ...own, certificate: revoked.signing, change })
    await db.close()
  })
  afterAll(() => rmSync(data, { recursive: true, force: true }))
  /** In this process: starting another takes longer than all that it does. */
  const cli = async (...args: string[]): Promise<{ code: number; out: string }> => {
    const lines: string[] = []
    const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
    vi.stubEnv('XINYIN_DATA', data)
    try {
      return { code: await run(args), out: lines.join('') }
    } catch (error) {
      if (error instanceof UsageError) return { code: 3, out: '' }
      throw error
    } finally {
      out.mockRestore()
      vi.unstubAllEnvs()
    }
  }

  it('lists by state, in a process of its own', async () => {
    const { code, out } = await runCli(['certificates', 'list', '--state', 'in-force'], { XINYIN_DATA: data })
    expect(code).toBe(0)
    expect(out).toContain(kept.signing?.serialHex)
    expect(out).not.toContain(revoked.signing?.serialHex)
  })

  it('lists as JSON, page by page', async () => {
    const first = JSON.parse((await cli('list', '--json', '--limit', '1')).out) as { issuer: string; serial: string }[]
    expect(first).toMatchObject([{ profile: 'person-signing' }])
    const after = `${first[0]?.issuer ?? ''}/${first[0]?.serial ?? ''}`
    const next = JSON.parse((await cli('list', '--json', '--after', after)).out) as { serial: string }[]
    expect(next.map((c) => c.serial)).not.toContain(first[0]?.serial)
  })

  it('shows one, and says when there is none', async () => {
    const { issuerId = '', serialHex = '' } = revoked.signing ?? {}
    expect(JSON.parse((await cli('show', issuerId, serialHex, '--json')).out)).toMatchObject({
      state: 'revoked',
      reasonCode: 4,
    })
    expect((await cli('show', issuerId, serialHex, '--pem')).out).toMatch(/^-----BEGIN CERTIFICATE-----/)
    expect((await cli('show', issuerId, 'ff')).code).toBe(1)
  })

  it('lists what ends soon', async () => {
    expect((await cli('expiring', '--days', '10')).out).not.toContain(kept.signing?.serialHex)
    expect((await cli('expiring', '--days', '1200')).out).toContain(kept.signing?.serialHex)
  })

  it('refuses wrong usage', async () => {
    for (const args of [
      [],
      ['list', '--state', 'gone'],
      ['list', '--limit', '0'],
      ['list', 'x'],
      ['show', 'a'],
      ['list', '--no'],
    ])
      expect([args, (await cli(...args)).code]).toEqual([args, 3])
  })
})
