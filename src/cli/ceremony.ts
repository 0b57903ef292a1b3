/** `xinyin ceremony …`: the script, the ceremony by it, and lists of a root that is kept offline. */
import { EXIT, usage } from './exit.ts'
import { print } from './print.ts'

export const CEREMONY_HELP = `xinyin ceremony COMMAND

  script --custodians N --threshold K [--offline-root] [--root-crl-days D] [--out FILE]
      写出仪式脚本给人审阅：做哪些密钥、由谁保管、什么证书；附摘要。The script, for people to review, with its digest.
  run --script FILE --custodian NAME… --out DIR [--backup FILE --share FILE…]
      按脚本进行仪式：每位保管人核对摘要、设口令、得到一份备份分片；中断了用同一脚本再运行。
      Performs it: each custodian compares the digest, sets a passphrase, gets a share of the backup. Run again if cut off.
      --backup、--share：离线的根要签新证书时，用旧备份。When an offline root has something to sign.
  root-crl request [--days D] --out FILE
      在线：离线根的吊销列表要写什么（要连数据库）。Online: what the CRLs of offline roots must say.
  root-crl sign --request FILE --backup FILE --share FILE… --out DIR
      离线：由 K 位保管人签发。Offline: signed with the shares of K custodians.
  root-crl install FILE…
      在线：核对后发布。Online: checked and published.

  退出码 exit: 0 完成 done · 3 拒绝 refused`

type Run = (args: readonly string[]) => Promise<number>

const COMMANDS: Readonly<Record<string, () => Promise<{ readonly run: Run }>>> = {
  script: () => import('./ceremony-script.ts'),
  run: () => import('./ceremony-run.ts'),
  'root-crl': () => import('./ceremony-root-crl.ts'),
}

export const run: Run = async ([name, ...args]) => {
  if (name === '--help' || name === '-h') {
    print(...CEREMONY_HELP.split('\n'))
    return EXIT.valid
  }
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) return usage(CEREMONY_HELP)
  const command = await COMMANDS[name]?.()
  return command === undefined ? usage(CEREMONY_HELP) : command.run(args)
}
