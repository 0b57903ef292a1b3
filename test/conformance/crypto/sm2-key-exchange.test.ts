/** GB/T 32918.5-2017 annex B: the key exchange example on the standard's curve, as public implementations restate it. */
import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { fromHex, toHex } from '../../../standards/bytes.ts'
import { agreeSm2Key, computeZ, drawSm2EphemeralKey } from '../../../standards/gbt-32918-sm2/index.ts'

const a = {
  privateKey: fromHex('81eb26e941bb5af16df116495f90695272ae2cd63d6c4ae1678418be48230029'),
  publicKey: fromHex(
    '04160e12897df4edb61dd812feb96748fbd3ccf4ffe26aa6f6db9540af49c942324a7dad08bb9a459531694beb20aa489d6649975e1bfcf8c4741b78b4b223007f',
  ),
  ephemeral: drawSm2EphemeralKey(() => fromHex('d4de15474db74d06491c440d305e012400990f3e390c7e87153c12db2ea60bb3')),
}
const b = {
  privateKey: fromHex('785129917d45a9ea5437a59356b82338eaadda6ceb199088f14ae10defa229b5'),
  publicKey: fromHex(
    '046ae848c57c53c7b1b5fa99eb2286af078ba64c64591b8b566f7357d576f16dfbee489d771621a27b36c5c7992062e9cd09a9264386f3fbea54dff69305621c4d',
  ),
  ephemeral: drawSm2EphemeralKey(() => fromHex('7e07124814b309489125eaed101113164ebf0f3458c5bd88335c1f9d596243d6')),
}
const digests = portableCrypto
const peer = (of: typeof a) => ({ publicKey: of.publicKey, ephemeralPoint: of.ephemeral.point })

describe('GB/T 32918.5 annex B', () => {
  it('makes the ephemeral points and Z of both parties', () => {
    expect(toHex(a.ephemeral.point)).toBe(
      '0464ced1bdbc99d590049b434d0fd73428cf608a5db8fe5ce07f15026940bae40e376629c7ab21e7db260922499ddb118f07ce8eaae3e7720afef6a5cc062070c0',
    )
    expect(toHex(b.ephemeral.point)).toBe(
      '04acc27688a6f7b706098bc91ff3ad1bff7dc2802cdb14ccccdb0a90471f9bd7072fedac0494b2ffc4d6853876c79b8f301c6573ad0aa50f39fc87181e1a1b46fe',
    )
    expect(toHex(computeZ(digests, a.publicKey))).toBe(
      '3b85a57179e11e7e513aa622991f2ca74d1807a0bd4d4b38f90987a17ac245b1',
    )
    expect(toHex(computeZ(digests, b.publicKey))).toBe(
      '79c988d63229d97ef19fe02ca1056e01e6a7411ed24694aa8f834f4a4ab022f7',
    )
  })

  it('agrees on the key and both confirmations', () => {
    const ofA = agreeSm2Key({ digests, role: 'initiator', own: a, peer: peer(b), length: 16 })
    const ofB = agreeSm2Key({ digests, role: 'responder', own: b, peer: peer(a), length: 16 })
    expect([toHex(ofA.key), toHex(ofB.key)]).toEqual(Array(2).fill('6c89347354de2484c60b4ab1fde4c6e5'))
    const [sa, sb] = [
      '18c7894b3816df16cf07b05c5ec0bef5d655d58f779cc1b400a4f3884644db88',
      'd3a0fe15dee185ceae907a6b595cc32a266ed7b3367e9983a896dc32fa20f8eb',
    ]
    expect([toHex(ofA.confirmation), toHex(ofA.expected)]).toEqual([sa, sb])
    expect([toHex(ofB.confirmation), toHex(ofB.expected)]).toEqual([sb, sa])
  })
})
