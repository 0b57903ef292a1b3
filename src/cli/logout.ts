/** `xinyin logout dead | retry ID`: sign-outs that no portal confirmed and nobody tries any more. */
import { deadLetters, retryLogout } from '../oidc/index.ts'
import { EXIT, usage } from './exit.ts'
import { operator } from './operator.ts'
import { print } from './print.ts'
import { withAssembly } from './with-assembly.ts'

export const LOGOUT_HELP = `xinyin logout dead
xinyin logout retry ID

  没有送达的退出通知：列出，或再试一次（向门户现在登记的地址，一小时内反复尝试）。
  Sign-outs that were not delivered: list them, or try one again, at the address that the portal has now, for an hour.

  退出码 exit: 0 完成 done · 3 没有这条通知 no such letter`

const list = (): Promise<number> =>
  withAssembly(async ({ oidc }) => {
    const letters = await deadLetters(oidc)
    for (const { id, createdAt, clientId, way, state, attempts, lastError } of letters)
      print([id, createdAt.toISOString(), clientId, way, state, String(attempts), lastError].join(' | '))
    print(`${letters.length} 条没有送达 (not delivered)`)
    return EXIT.valid
  })

const retry = (id: string): Promise<number> =>
  withAssembly(async ({ oidc }) => {
    await retryLogout(oidc, id, operator())
    print('✓ 会再次通知 (will be tried again)')
    return EXIT.valid
  })

export const run = async (args: readonly string[]): Promise<number> => {
  const [action, id, ...more] = args
  if (action === '--help' || action === '-h') {
    print(...LOGOUT_HELP.split('\n'))
    return EXIT.valid
  }
  if (action === 'dead' && id === undefined) return list()
  if (action === 'retry' && id !== undefined && more.length === 0) return retry(id)
  return usage(LOGOUT_HELP)
}
