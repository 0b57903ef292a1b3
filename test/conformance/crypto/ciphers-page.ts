/** Runs in the browser: SM3, SM4 and enveloped keys as pages have them, put where the test can call them. Octets as hex. */
import { fromHex, toHex } from '../../../standards/bytes.ts'
import { hmacSm3, plainSm3, sm3, sm3Engine } from '../../../standards/gbt-32905-sm3/index.ts'
import { portableSm4 } from '../../../standards/gbt-32907-sm4/index.ts'
import { kernelScalars, openSm2Secrets } from '../../../standards/gbt-32918-sm2/index.ts'
import { openEnvelopedKey } from '../../../standards/gbt-35276-sm2-usage/index.ts'

export interface CiphersPage {
  engine(): string
  digests(messages: readonly string[]): (readonly [string, string])[]
  hmac(key: string, message: string): string
  gcm(key: string, iv: string, data: string): string
  openedKey(privateKey: string, envelopedKey: string): string
  /** Megabytes a second of SM3 over messages of `size` octets, for about `ms`. */
  rate(size: number, ms: number): number
}

const page: CiphersPage = {
  engine: sm3Engine,
  digests: (messages) => messages.map((m) => [toHex(sm3(fromHex(m))), toHex(plainSm3(fromHex(m)))] as const),
  hmac: (key, message) => toHex(hmacSm3(fromHex(key), fromHex(message))),
  gcm: (key, iv, data) => toHex(portableSm4.gcm.encrypt({ key: fromHex(key), iv: fromHex(iv), data: fromHex(data) })),
  openedKey: (privateKey, envelopedKey) => {
    const secrets = openSm2Secrets()
    if (secrets === undefined) throw new Error('no kernel')
    const digests = { digest: (_: string, ...parts: readonly Uint8Array[]) => sm3(...parts) }
    const opened = openEnvelopedKey({
      digests,
      scalars: kernelScalars(secrets),
      privateKey: fromHex(privateKey),
      envelopedKey: fromHex(envelopedKey),
    })
    return toHex(opened.privateKey)
  },
  rate: (size, ms) => {
    const message = new Uint8Array(size).fill(7)
    const started = performance.now()
    let count = 0
    while (performance.now() - started < ms) for (let i = 0; i < 4; i++, count++) sm3(message)
    return (count * size) / 1000 / (performance.now() - started)
  },
}

Object.assign(globalThis, { ciphersPage: page })
