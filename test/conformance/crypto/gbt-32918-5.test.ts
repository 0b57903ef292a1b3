/** Test number one: the signature example of GB/T 32918.5-2017 annex A.2, and two more values of others. */
import { createPublicKey, createVerify, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { concat, fromHex, toHex, utf8 } from '../../../standards/bytes.ts'
import {
  computeZ,
  encodeRawSm2Signature,
  encodeSm2PublicKey,
  encodeSm2Signature,
  isSm2DigestSignedBy,
  parseRawSm2Signature,
  parseSm2Signature,
} from '../../../standards/gbt-32918-sm2/index.ts'

const x = '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020'
const y = 'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13'
const r = 'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3'
const s = 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'
const za = 'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3'
const e = 'f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640'
const point = fromHex(`04${x}${y}`)
const publicKey = encodeSm2PublicKey(point)
const message = utf8('message digest')
const signature = fromHex(`3046022100${r}022100${s}`)
const check = { algorithm: 'SM2-SM3', publicKey, message, signature } as const
const ports = { portable: portableCrypto, native: nodeCrypto }

describe.each(Object.entries(ports))('GB/T 32918.5 annex A.2, %s', (_, crypto) => {
  it('makes Z and e of the example', () => {
    expect(toHex(computeZ(crypto, point))).toBe(za)
    expect(toHex(computeZ(crypto, publicKey))).toBe(za)
    expect(toHex(crypto.digest('sm3', fromHex(za), message))).toBe(e)
  })

  it('accepts the signature of the example', () => {
    expect(crypto.isSignedBy(check)).toBe(true)
  })

  it('refuses any other message, signature and key', () => {
    expect(crypto.isSignedBy({ ...check, message: utf8('message digesT') })).toBe(false)
    expect(crypto.isSignedBy({ ...check, signature: fromHex(`3046022100${s}022100${r}`) })).toBe(false)
    const negated = concat(point.subarray(0, 33), fromHex((SM2_P - BigInt(`0x${y}`)).toString(16).padStart(64, '0')))
    expect(crypto.isSignedBy({ ...check, publicKey: encodeSm2PublicKey(negated) })).toBe(false)
  })

  it('refuses (r, n-s), which ECDSA would accept', () => {
    const mirrored = encodeSm2Signature({ r: BigInt(`0x${r}`), s: SM2_N - BigInt(`0x${s}`) })
    expect(crypto.isSignedBy({ ...check, signature: mirrored })).toBe(false)
  })

  it('refuses the key under the ECDSA algorithms', () => {
    expect(crypto.isSignedBy({ ...check, algorithm: 'ECDSA-SHA256' })).toBe(false)
  })
})

const SM2_P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
const SM2_N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n

describe('what this OpenSSL does with SM2', () => {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })

  it('is standard SM2 when Z is fed into the streaming verifier', () => {
    expect(createVerify('sm3').update(fromHex(za)).update(message).verify(key, signature)).toBe(true)
  })

  it('is not standard SM2 through the one-shot call', () => {
    expect(verify('sm3', message, key, signature)).toBe(false)
  })
})

describe('values of others', () => {
  it('makes the Z of the TopsecCA key', () => {
    const topsec = fromHex(
      '04d69c2f1eec3bfb6b95b30c28085c77b125d77a9c39525d8190768f37d6b205b589dcd316bbe7d89a9dc21917f17799e698531f5e6e3e10bd31370b259c3f81c3',
    )
    expect(toHex(computeZ(portableCrypto, topsec))).toBe(
      '4d38d2958ca7fd2cfae3af04486959cf92c8ef48e8b83a05c112e739d5f181d0',
    )
  })

  it('accepts the signature of a CFCA certificate on its digest e', () => {
    const cfca = fromHex(
      '0433b858096de758e79bba353a09125196ccf4fef54175771728a677ab34eddfa917780b5943cf3f4b25949f98cc8d61a932602fbace1f46ebf68f5d6d4e77f445',
    )
    const onTbs = parseSm2Signature(
      fromHex(
        '30460221009307fca0693da5cda0161ae8ac49e91f767d6569e24589f237336b6822ffee14022100f36139c07302923a0808e86f7335e7f5e01a27b22b9fb96e7d27a473db72be59',
      ),
    )
    const digest = fromHex('9d93f42fd4ff2b36626fa37caba4527ad4a2ff8240c383c982682ac56554b4a3')
    expect(isSm2DigestSignedBy({ point: cfca, e: digest, signature: onTbs })).toBe(true)
    expect(isSm2DigestSignedBy({ point: cfca, e: fromHex(e), signature: onTbs })).toBe(false)
    expect(parseRawSm2Signature(encodeRawSm2Signature(onTbs))).toEqual(onTbs)
  })
})
