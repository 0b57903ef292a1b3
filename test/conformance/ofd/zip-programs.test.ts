/** Our container against ZIP programs that we did not write: Info-ZIP, Python, fflate. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { utf8 } from '../../../standards/bytes.ts'
import { makeOfdPackage, openOfdPackage } from '../../../standards/gbt-33190-ofd/index.ts'
import { skipWithoutProgram } from '../../support/outside.ts'
import { PARTS, sampleOfd, sealed } from '../../unit/ofd/ofd-samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'xinyin-ofd-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ours = async (): Promise<{ file: string; bytes: Uint8Array }> => {
  const bytes = await sealed(sampleOfd({ 'Doc_0/Res/这是一个中文目录/数据.txt': '内容', 'Doc_0/Res/empty': '' }))
  const file = join(folder, 'ours.ofd')
  writeFileSync(file, bytes)
  return { file, bytes }
}
const contents = (bytes: Uint8Array): Record<string, Uint8Array> => {
  const pkg = openOfdPackage(bytes)
  return Object.fromEntries(pkg.files.map((name) => [name, pkg.read(name)]))
}

describe('a package that we wrote', () => {
  it.skipIf(skipWithoutProgram('unzip'))('passes unzip -t', async () => {
    const { status, stdout } = spawnSync('unzip', ['-t', (await ours()).file], { encoding: 'utf8' })
    expect([status, stdout.includes('No errors detected')]).toEqual([0, true])
  })
  it.skipIf(skipWithoutProgram('python3'))('is read by Python with the same names and sizes', async () => {
    const { file, bytes } = await ours()
    const script =
      'import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps([[i.filename,i.file_size] for i in z.infolist()]))'
    const listed: unknown = JSON.parse(execFileSync('python3', ['-c', script, file], { encoding: 'utf8' }))
    expect(listed).toEqual(Object.entries(contents(bytes)).map(([name, content]) => [name, content.length]))
  })
  it('is read by fflate with the same content', async () => {
    const { bytes } = await ours()
    expect(unzipSync(bytes)).toEqual(contents(bytes))
  })
})

describe.skipIf(skipWithoutProgram('zip'))('a package by Info-ZIP', () => {
  const zip = (args: readonly string[], input?: Uint8Array): Uint8Array => {
    const work = mkdtempSync(join(folder, 'zip-'))
    for (const [name, text] of Object.entries({ ...PARTS, 'Doc_0/Res/大.txt': 'x'.repeat(9999) })) {
      mkdirSync(dirname(join(work, name)), { recursive: true })
      writeFileSync(join(work, name), text)
    }
    execFileSync('zip', ['-q', ...args], { cwd: work, ...(input === undefined ? {} : { input }) })
    return new Uint8Array(readFileSync(join(work, 'o.ofd')))
  }
  it.each([
    ['deflated with extra fields', ['-r', 'o.ofd', '.'], ['extra-field']],
    ['stored', ['-0', '-X', '-r', 'o.ofd', '.'], []],
    ['streamed', ['-X', '-D', '-fd', '-r', 'o.ofd', '.'], []],
  ])('is read: %s', (_, args, kinds) => {
    const bytes = zip(args)
    const files = contents(bytes)
    expect(Object.keys(files).sort()).toEqual([...Object.keys(PARTS), 'Doc_0/Res/大.txt'].sort())
    expect(files['OFD.xml']).toEqual(utf8(PARTS['OFD.xml'] as string))
    const found = new Set(
      openOfdPackage(bytes)
        .findings()
        .map((f) => f.kind),
    )
    found.delete('header-difference')
    expect([...found]).toEqual(kinds)
  })
  it('is refused when encrypted', () => {
    const bytes = zip(['-P', 'secret', '-r', 'o.ofd', '.'])
    expect(() => openOfdPackage(bytes)).toThrow(expect.objectContaining({ reason: 'ZIP_ENCRYPTED' }))
  })
})

it('a package made from nothing but OFD.xml opens', () =>
  expect(openOfdPackage(makeOfdPackage(new Map([['OFD.xml', utf8('<a/>')]]))).files).toEqual(['OFD.xml']))
