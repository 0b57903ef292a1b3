/** Seals applied and verified, and licences verified, in a whole world on the embedded database. */
import { nodeCrypto } from '../src/crypto/node.ts'
import { systemClock } from '../src/kernel/index.ts'
import { verifyDocument } from '../src/verification/index.ts'
import { smallOfd, smallPdf } from '../test/support/world-samples.ts'
import { makeWorld } from '../test/support/world.ts'
import type { Act, Bench } from './figure.ts'
import { compare } from './figure.ts'
import { RAW_SIGN, RAW_VERIFY, rawSignature } from './raw-sm2.ts'

/** As many requests as a small service has under way; one alone would mostly wait for the audit chain. */
const AT_ONCE = 8

const NAMES = ['seal.apply.ofd', 'seal.verify.ofd', 'seal.verify.pdf', 'licence.verify'] as const

export const bench: Bench['bench'] = async (say, wanted) => {
  if (!NAMES.some(wanted)) return
  const w = await makeWorld({ clock: systemClock })
  try {
    const raw = await rawSignature('SM2')
    const ofd = smallOfd()
    const sealed = await w.applySeal(ofd)
    const files = {
      'seal.verify.ofd': sealed,
      'seal.verify.pdf': await w.applySeal(await smallPdf()),
      'licence.verify': (await w.issueLicence()).document,
    }
    if (wanted('seal.apply.ofd'))
      say(
        await compare({
          ...{ name: 'seal.apply.ofd', unit: `seals/s, ${AT_ONCE} at once, embedded database`, atOnce: AT_ONCE },
          ...{ act: () => w.applySeal(ofd), yardstick: RAW_SIGN, yardstickAct: raw.sign },
        }),
      )
    const { trust } = await w.trust()
    const at = systemClock.now()
    const verify =
      (bytes: Uint8Array): Act =>
      () => {
        const { verdict } = verifyDocument({ bytes, trust, at, crypto: nodeCrypto, mode: 'compat' })
        if (verdict !== 'valid') throw new Error(`the sample is ${verdict}`)
      }
    for (const [name, bytes] of Object.entries(files))
      if (wanted(name)) {
        const act = verify(bytes)
        say(await compare({ name, unit: 'files/s', act, yardstick: RAW_VERIFY, yardstickAct: raw.verify }))
      }
  } finally {
    await w.close()
  }
}
