import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { loadTrust, reportToJson, verifyDocument } from '../../../src/verification/index.ts'
import type { TrustFiles } from '../../../src/verification/index.ts'
import { PAGE, rezip } from '../../unit/verification/changed.ts'
import { DAY, HOUR, MINUTE } from '../../support/world-clock.ts'
import { smallOfd, smallPdf } from '../../support/world-samples.ts'
import { makeWorld } from '../../support/world.ts'
import { runCli, writeTrust } from './run-cli.ts'

let folder: string
let trust: string
let files: TrustFiles
const bytesOf = new Map<string, Uint8Array>()
const path = (name: string): string => join(folder, name)
let signed: Date
let revoked: Date
let published: Date

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xinyin-cli-'))
  const w = await makeWorld()
  await w.officeSeal()
  w.clock.advance(HOUR)
  signed = w.clock.now()
  const ofd = await w.applySeal(smallOfd())
  const { licence, document } = await w.issueLicence()
  bytesOf.set('sealed.ofd', ofd)
  bytesOf.set('sealed.pdf', await w.applySeal(await smallPdf()))
  bytesOf.set('licence.ofd', document)
  bytesOf.set('changed.ofd', rezip(ofd, { [PAGE]: (xml) => `${xml} ` }))
  bytesOf.set('half.ofd', ofd.subarray(0, ofd.length >> 1))
  bytesOf.set('plain.ofd', smallOfd())
  bytesOf.set('text.txt', new TextEncoder().encode('just text'))
  bytesOf.set('empty', new Uint8Array())
  w.clock.advance(HOUR)
  revoked = w.clock.now()
  await w.changeLicence(licence.id, 'revoked')
  w.clock.advance(HOUR)
  published = w.clock.now()
  files = await w.trustFiles()
  trust = writeTrust(path('trust'), files)
  await w.close()
  for (const [name, bytes] of bytesOf) writeFileSync(path(name), bytes)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const at = (when: Date): string[] => ['--at', when.toISOString()]
const reportOf = (name: string, when: Date, mode: 'strict' | 'compat' = 'compat'): unknown =>
  reportToJson(
    verifyDocument({
      ...{ bytes: bytesOf.get(name) ?? new Uint8Array(), crypto: nodeCrypto, at: when, mode },
      trust: loadTrust(files, nodeCrypto).trust,
    }),
  )

describe('xinyin verify', () => {
  it.each([
    ['sealed.ofd', 0],
    ['sealed.pdf', 0],
    ['licence.ofd', 1],
    ['changed.ofd', 1],
    ['half.ofd', 1],
    ['text.txt', 1],
    ['empty', 1],
    ['plain.ofd', 2],
  ])('of %s exits with %i and gives the report of verifyDocument', async (name, exit) => {
    const { code, out } = await runCli(['verify', path(name), '--trust', trust, ...at(published), '--json'])
    expect(JSON.parse(out)).toEqual(reportOf(name, published))
    expect(code).toBe(exit)
  })

  it('reads strictly when told to', async () => {
    const { out } = await runCli([
      'verify',
      path('sealed.ofd'),
      '--trust',
      trust,
      ...at(published),
      '--json',
      '--strict',
    ])
    expect(JSON.parse(out)).toEqual(reportOf('sealed.ofd', published, 'strict'))
  })

  it('goes by --at: valid before the revocation, invalid after it, with any spelling of the moment', async () => {
    const before = new Date(revoked.getTime() - MINUTE)
    const [early, late, beijing] = await Promise.all([
      runCli(['verify', path('licence.ofd'), '--trust', trust, ...at(before)]),
      runCli(['verify', path('licence.ofd'), '--trust', trust, ...at(revoked)]),
      runCli(['verify', path('licence.ofd'), '--trust', trust, '--at', '2026-11-21T11:30:00+08:00']),
    ])
    expect([early.code, late.code, beijing.code]).toEqual([0, 1, 0])
  })

  it('before the document was signed it is invalid', async () => {
    const { code } = await runCli([
      'verify',
      path('sealed.ofd'),
      '--trust',
      trust,
      ...at(new Date(signed.getTime() - HOUR)),
    ])
    expect(code).toBe(1)
  })

  it('with evidence that is too old exits with 2 and says how old it is', async () => {
    const later = new Date(published.getTime() + 5 * DAY)
    const { code, out } = await runCli(['verify', path('sealed.ofd'), '--trust', trust, ...at(later)])
    expect(code).toBe(2)
    expect(out).toMatch(/5 天前/)
  })

  it('without a trust folder exits with 2, and says why', async () => {
    const words = await runCli(['verify', path('sealed.ofd'), ...at(published)])
    const json = await runCli(['verify', path('sealed.ofd'), ...at(published), '--json'])
    expect([words.code, json.code]).toEqual([2, 2])
    expect(words.out).toMatch(/--trust/)
    expect(json.err).toMatch(/--trust/)
    expect(JSON.parse(json.out)).toMatchObject({ verdict: 'indeterminate' })
  })

  it('prints one line for each check', async () => {
    const { out } = await runCli(['verify', path('sealed.ofd'), '--trust', trust, ...at(published)])
    const report = reportOf('sealed.ofd', published) as { checks: unknown[]; reports: { checks: unknown[] }[] }
    const lines = out.split('\n').filter((line) => /^ {2}[✓✗?!-] /.test(line))
    expect(lines).toHaveLength(report.checks.length + (report.reports[0]?.checks.length ?? 0))
    expect([...out].some((c) => c !== '\n' && c.charCodeAt(0) < 32)).toBe(false)
  })

  it('names what it left out of the trust folder', async () => {
    const broken = writeTrust(path('broken'), files)
    writeFileSync(join(broken, 'status/seals.jws'), 'x')
    const words = await runCli(['verify', path('sealed.ofd'), '--trust', broken, ...at(published)])
    const json = await runCli(['verify', path('sealed.ofd'), '--trust', broken, ...at(published), '--json'])
    expect([words.code, json.code]).toEqual([2, 2])
    expect(words.out).toContain('status/seals.jws: DIFFERS')
    expect(json.err).toContain('status/seals.jws: DIFFERS')
  })

  it('does not mind hidden files, folders and links in the trust folder', async () => {
    const odd = writeTrust(path('odd'), files)
    writeFileSync(join(odd, 'anchors/.DS_Store'), 'x')
    mkdirSync(join(odd, 'anchors/folder'))
    mkdirSync(join(odd, 'private'))
    symlinkSync(join(trust, 'anchors/root-sm2.pem'), join(odd, 'anchors/link.pem'))
    expect((await runCli(['verify', path('sealed.ofd'), '--trust', odd, ...at(published)])).code).toBe(0)
  })

  it('never lets a file name or a document write to the terminal', async () => {
    const name = path('a\u001b[31mb.ofd')
    writeFileSync(name, bytesOf.get('sealed.ofd') ?? '')
    const { out } = await runCli(['verify', name, '--trust', trust, ...at(published)])
    expect(out).not.toContain('\u001b')
  })
})

describe('wrong usage exits with 3 and never looks like a verdict', () => {
  it.each([
    ['no file', ['verify']],
    ['two files', ['verify', 'a', 'b']],
    ['a file that is not there', ['verify', '/nowhere/at/all.ofd']],
    ['an option that is none', ['verify', '--force', 'x']],
    ['a command that is none', ['verifiy', 'x']],
    ['a name of Object', ['constructor']],
    ['audit without check', ['audit']],
    ['bootstrap without file', ['bootstrap']],
  ])('%s', async (_, args) => {
    const { code, out, err } = await runCli(args)
    expect([code, out]).toEqual([3, ''])
    expect(err).not.toBe('')
    expect(err).not.toMatch(/\n {4}at /)
  })

  it('a time that is none', async () => {
    expect((await runCli(['verify', path('sealed.ofd'), '--trust', trust, '--at', '2026-02-30T10:00:00Z'])).code).toBe(
      3,
    )
  })

  it('a trust folder that is none', async () => {
    for (const folderName of ['/nowhere/at/all', path('text.txt')])
      expect((await runCli(['verify', path('sealed.ofd'), '--trust', folderName])).code).toBe(3)
  })

  it('a file over 512 MB', async () => {
    const { open } = await import('node:fs/promises')
    const big = await open(path('big'), 'w')
    await big.truncate(512 * 1024 * 1024 + 1)
    await big.close()
    expect((await runCli(['verify', path('big')])).code).toBe(3)
  })
})

describe('help', () => {
  it.each([[[]], [['help', 'verify']], [['bootstrap', '--help']]])('%j is printed and exits with 0', async (args) => {
    const { code, out, err } = await runCli(args)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('xinyin')
  })
})
