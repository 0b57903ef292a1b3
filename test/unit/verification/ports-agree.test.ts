import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import type { TrustFiles } from '../../../src/verification/index.ts'
import { loadTrust, reportToJson, verifyDocument } from '../../../src/verification/index.ts'
import { reportSchema } from '../../../src/verification/report-json.ts'
import { MINUTE } from '../../support/world-clock.ts'
import { smallOfd, smallPdf } from '../../support/world-samples.ts'
import type { World } from '../../support/world.ts'
import { makeWorld } from '../../support/world.ts'
import { LIST, PAGE, rezip } from './changed.ts'

let w: World
let files: TrustFiles
const samples = new Map<string, Uint8Array>()

beforeAll(async () => {
  w = await makeWorld()
  const ofd = await w.applySeal(smallOfd(2))
  const pdf = await w.applySeal(await smallPdf(2))
  const flipped = pdf.slice()
  flipped[40] = (flipped[40] ?? 0) ^ 1
  samples.set('a sealed OFD', ofd)
  samples.set('an OFD sealed twice', await w.applySeal(ofd, { page: 2 }))
  samples.set('a sealed PDF', pdf)
  samples.set('a PDF sealed twice', await w.applySeal(pdf, { page: 2 }))
  samples.set('a licence', (await w.issueLicence()).document)
  samples.set('a changed OFD', rezip(ofd, { [PAGE]: (xml) => `${xml} ` }))
  samples.set('an OFD without its list', rezip(ofd, { [LIST]: undefined }))
  samples.set('a changed PDF', flipped)
  samples.set('half an OFD', ofd.subarray(0, ofd.length >> 1))
  samples.set('an OFD without seal', smallOfd())
  samples.set('nothing', new Uint8Array())
  w.clock.advance(MINUTE)
  files = await w.trustFiles()
}, 120_000)
afterAll(() => w.close())

const NAMES = [
  ...['a sealed OFD', 'an OFD sealed twice', 'a sealed PDF', 'a PDF sealed twice', 'a licence', 'a changed OFD'],
  ...['an OFD without its list', 'a changed PDF', 'half an OFD', 'an OFD without seal', 'nothing'],
]

/** The whole of it: trust loaded, file verified, report written. */
const jsonBy = (crypto: typeof nodeCrypto, name: string, mode: 'strict' | 'compat'): unknown =>
  reportToJson(
    verifyDocument({
      ...{ crypto, at: w.clock.now(), mode, bytes: samples.get(name) ?? new Uint8Array() },
      trust: loadTrust(files, crypto).trust,
    }),
  )

describe.each(NAMES)('the report on %s', (name) => {
  it.each(['strict', 'compat'] as const)('is the same by OpenSSL and by our own code, byte for byte (%s)', (mode) =>
    expect(JSON.stringify(jsonBy(portableCrypto, name, mode))).toBe(JSON.stringify(jsonBy(nodeCrypto, name, mode))),
  )

  it('fits its schema', () => expect(reportSchema.safeParse(jsonBy(nodeCrypto, name, 'compat')).error).toBeUndefined())

  it('leaves the bytes it was given alone', () => {
    const before = samples.get(name)?.slice()
    jsonBy(nodeCrypto, name, 'compat')
    expect(samples.get(name)).toEqual(before)
  })
})

describe('verdicts of the samples', () => {
  it.each([
    ['a sealed OFD', 'valid'],
    ['an OFD sealed twice', 'valid'],
    ['a sealed PDF', 'valid'],
    ['a PDF sealed twice', 'valid'],
    ['a licence', 'valid'],
    ['a changed OFD', 'invalid'],
    ['a changed PDF', 'invalid'],
    ['half an OFD', 'invalid'],
    ['nothing', 'invalid'],
    ['an OFD without seal', 'indeterminate'],
  ])('%s is %s', (name, verdict) => expect(jsonBy(nodeCrypto, name, 'strict')).toMatchObject({ verdict }))
})
