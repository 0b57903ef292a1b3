/** SM2 beside P-256, both by OpenSSL: what the national algorithm costs on this machine. */
import type { Bench } from './figure.ts'
import { compare } from './figure.ts'
import { rawSignature } from './raw-sm2.ts'

export const bench: Bench['bench'] = async (say, wanted) => {
  const [sm2, p256] = [await rawSignature('SM2'), await rawSignature('P-256')]
  for (const what of ['sign', 'verify'] as const) {
    const name = `sm2.${what}`
    if (!wanted(name)) continue
    const yardstick = `ECDSA P-256 ${what} alone, OpenSSL`
    say(await compare({ name, unit: 'signatures/s', act: sm2[what], yardstick, yardstickAct: p256[what] }))
  }
}
