/** HMAC-SM3 on Wycheproof and on OpenSSL's test data, ours and Node's. */
import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from '../../../standards/bytes.ts'
import { hmacSm3 } from '../../../standards/gbt-32905-sm3/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'
import { readEvpFile } from './evp-file.ts'
import { expectResults, readWycheproof } from './wycheproof-file.ts'

const native = (key: Uint8Array, message: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac('sm3', key).update(message).digest())
const both = Object.entries({ portable: hmacSm3, native })

describe.skipIf(skipWithoutVectors()).each(both)('HMAC-SM3, %s', (name, hmac) => {
  it('gives every result of Wycheproof hmac_sm3_test.json', () => {
    expectResults(`Wycheproof hmac_sm3, ${name}`, { file: readWycheproof('hmac_sm3_test.json') }, (test, group) => {
      const made = toHex(hmac(fromHex(String(test['key'])), fromHex(String(test['msg']))))
      return made.slice(0, Number(group['tagSize']) / 4) === test['tag']
    })
  })

  it('gives the outputs of tongsuo/evpmac_sm3.txt', () => {
    const bytes = (text = ''): Uint8Array => (text.startsWith('"') ? utf8(text.slice(1, -1)) : fromHex(text))
    const stanzas = readEvpFile(join(vectorsDir() ?? '', 'tongsuo', 'evpmac_sm3.txt')).filter((s) => s.kind === 'MAC')
    for (const s of stanzas) expect(toHex(hmac(bytes(s.get('Key')), bytes(s.get('Input'))))).toBe(s.get('Output'))
    expect(stanzas.length).toBe(4)
  })
})
