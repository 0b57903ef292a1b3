/** `xinyin oidc rotate-key [--now]`: the next key that signs ID tokens and logout tokens. */
import { rotateSigningKey } from '../oidc/index.ts'
import { EXIT, usage } from './exit.ts'
import { operator } from './operator.ts'
import { print } from './print.ts'
import { withAssembly } from './with-assembly.ts'

export const OIDC_HELP = `xinyin oidc rotate-key [--now]

  更换给登录令牌签名的密钥：新密钥立即公布，一刻钟后开始签名，旧密钥公布到它签过的令牌都失效。各进程自动跟上，不用重启。
  Changes the key that signs tokens: published at once, signs in a quarter of an hour; the old one stays published
  until nothing it signed is shown any more. Running processes follow by themselves.

  --now   旧密钥已泄露：立即启用新密钥并撤下其余所有密钥，已发的令牌作废。
          A key is known to others: sign with the new one at once, withdraw all others; tokens of before no longer verify.

  退出码 exit: 0 完成 done`

export const run = async (args: readonly string[]): Promise<number> => {
  const [action, flag, ...more] = args
  if (action === '--help' || action === '-h') {
    print(...OIDC_HELP.split('\n'))
    return EXIT.valid
  }
  if (action !== 'rotate-key' || more.length > 0 || (flag !== undefined && flag !== '--now')) return usage(OIDC_HELP)
  return withAssembly(async ({ oidc }) => {
    const { kid, signsFrom } = await rotateSigningKey(oidc, { now: flag === '--now', actor: operator() })
    print(`✓ ${kid} ${signsFrom.toISOString()} 起签名 (signs from then on)`)
    return EXIT.valid
  })
}
