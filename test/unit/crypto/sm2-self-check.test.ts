/** A kernel that is wrong is put away, loudly, and OpenSSL does its work; a runtime that is wrong itself still stops everything. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as Verifier from '../../../standards/gbt-32918-sm2/make-sm2-verifier.ts'
import type * as Opening from '../../../standards/gbt-32918-sm2/open-kernel.ts'
import type * as Secrets from '../../../standards/gbt-32918-sm2/open-sm2-secrets.ts'

const FOLDER = '../../../standards/gbt-32918-sm2'

const load = async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const [{ selfCheck }, native, { sm2Engine }, { sm2Secrets }, { generatePkcs8 }, { makeSm2Signer }] =
    await Promise.all([
      import('../../../src/crypto/self-check.ts'),
      import('../../../src/crypto/native-crypto.ts'),
      import('../../../src/crypto/sm2-verifier.ts'),
      import('../../../src/crypto/sm2-secrets.ts'),
      import('../../../src/crypto/native-signer.ts'),
      import('../../../src/crypto/sm2-signer.ts'),
    ])
  return { warn, selfCheck, ...native, sm2Engine, sm2Secrets, generatePkcs8, makeSm2Signer }
}
type Loaded = Awaited<ReturnType<typeof load>>

/** Signing and verifying still work, whatever was put away. */
const expectService = ({ generatePkcs8, makeSm2Signer, nodeCrypto, isSignedNatively }: Loaded): void => {
  const signer = makeSm2Signer(generatePkcs8('SM2'))
  const message = Uint8Array.of(1, 2, 3)
  for (let i = 0; i < 5; i++) {
    const check = { algorithm: signer.algorithm, publicKey: signer.publicKey, message, signature: signer.sign(message) }
    expect([nodeCrypto.isSignedBy(check), isSignedNatively(check)]).toEqual([true, true])
    expect(nodeCrypto.isSignedBy({ ...check, message: Uint8Array.of(1, 2, 4) })).toBe(false)
  }
}

afterEach(() => {
  for (const file of ['make-sm2-verifier', 'open-kernel', 'open-sm2-secrets']) vi.doUnmock(`${FOLDER}/${file}.ts`)
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.resetModules()
})

const mockVerifier = (change: (real: Verifier.Sm2Verifier) => Partial<Verifier.Sm2Verifier>): void => {
  vi.resetModules()
  vi.doMock(`${FOLDER}/make-sm2-verifier.ts`, async () => {
    const real = await vi.importActual<typeof Verifier>('../../../standards/gbt-32918-sm2/make-sm2-verifier.ts')
    return {
      makeSm2Verifier: (kernel: Opening.KernelExports) => {
        const verifier = real.makeSm2Verifier(kernel)
        return { ...verifier, ...change(verifier) }
      },
    }
  })
}

describe('selfCheck on the SM2 kernel', () => {
  it('finds nothing to warn of here, and keeps the faster form', async () => {
    vi.resetModules()
    const loaded = await load()
    expect(loaded.selfCheck()).toEqual([])
    expect(loaded.warn).not.toHaveBeenCalled()
    expect(loaded.sm2Engine()?.name).toBe('fma')
    expect(loaded.sm2Secrets()).toBeDefined()
    expectService(loaded)
  })

  it.each([
    ['says yes to everything', () => ({ isSigned: () => true })],
    ['says no to everything', () => ({ isSigned: () => false })],
    [
      'is wrong only with a table',
      (real: Verifier.Sm2Verifier) => {
        let uses = 0
        return { isSigned: (check: Verifier.Sm2Check) => (++uses > 9 ? true : real.isSigned(check)) }
      },
    ],
  ] as const)('puts away one that %s, and warns', async (_, change) => {
    mockVerifier(change)
    const loaded = await load()
    const warnings = loaded.selfCheck()
    expect(warnings).toHaveLength(1)
    expect(loaded.warn).toHaveBeenCalledTimes(1)
    expect(loaded.sm2Engine()).toBeUndefined()
    expectService(loaded)
  })

  it('puts away a signing path whose signatures OpenSSL refuses', async () => {
    vi.resetModules()
    vi.doMock(`${FOLDER}/open-sm2-secrets.ts`, async () => {
      const real = await vi.importActual<typeof Secrets>('../../../standards/gbt-32918-sm2/open-sm2-secrets.ts')
      return {
        openSm2Secrets: () => {
          const secrets = real.openSm2Secrets()
          return (
            secrets && { ...secrets, sign: (input: Secrets.Sm2SigningInput) => secrets.sign(input)?.fill(1, 33, 35) }
          )
        },
      }
    })
    const loaded = await load()
    expect(loaded.selfCheck()).toHaveLength(1)
    expect(loaded.warn).toHaveBeenCalledTimes(1)
    expect(loaded.sm2Secrets()).toBeUndefined()
    expectService(loaded)
  })

  it('takes the form on integers where the engine has no relaxed SIMD, and says nothing: it is as good', async () => {
    vi.resetModules()
    const { validate } = WebAssembly
    let asked = 0
    vi.spyOn(WebAssembly, 'validate').mockImplementation((bytes) => ++asked > 1 && validate(bytes))
    const loaded = await load()
    expect(loaded.selfCheck()).toEqual([])
    expect(loaded.sm2Engine()?.name).toBe('integer')
    expectService(loaded)
  })

  it('goes on with OpenSSL alone where there is no WebAssembly', async () => {
    vi.resetModules()
    vi.stubGlobal('WebAssembly', undefined)
    const loaded = await load()
    expect(loaded.selfCheck().length).toBeGreaterThan(0)
    expect([loaded.sm2Engine(), loaded.sm2Secrets()]).toEqual([undefined, undefined])
    expectService(loaded)
  })

  it('verifies without the kernel until it is compiled, where a browser compiles only aside', async () => {
    vi.resetModules()
    vi.spyOn(WebAssembly, 'Module').mockImplementation(function refuse() {
      throw new RangeError('WebAssembly.Module is disallowed on the main thread')
    })
    const loaded = await load()
    const { portableCrypto } = await import('../../../src/crypto/portable.ts')
    const signer = loaded.makeSm2Signer(loaded.generatePkcs8('SM2'))
    const message = Uint8Array.of(1, 2, 3)
    const check = { algorithm: signer.algorithm, publicKey: signer.publicKey, message, signature: signer.sign(message) }
    const other = { ...check, message: Uint8Array.of(3, 2, 1) }
    const verdicts = (): boolean[] => [check, other].map((each) => portableCrypto.isSignedBy(each))
    expect([loaded.sm2Engine(), ...verdicts()]).toEqual([undefined, true, false])
    await vi.waitFor(() => expect(loaded.sm2Engine()?.name).toBe('fma'), { timeout: 20_000 })
    expect(verdicts()).toEqual([true, false])
    expectService(loaded)
  })

  it('warns where the engine compiles nothing at all, as under a policy without wasm-unsafe-eval, and goes on', async () => {
    vi.resetModules()
    vi.spyOn(WebAssembly, 'Module').mockImplementation(function refuse() {
      throw new WebAssembly.CompileError('blocked by CSP')
    })
    const loaded = await load()
    expect(loaded.selfCheck().length).toBeGreaterThan(0)
    expect(loaded.sm2Engine()).toBeUndefined()
    expectService(loaded)
  })
})
