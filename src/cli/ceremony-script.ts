/** `xinyin ceremony script`: prints what a ceremony would make, and writes the file that it must follow. Touches no key. */
import { writeFile } from 'node:fs/promises'
import type { CeremonyScript, ScriptPlan } from '../../keys/ceremony-script.ts'
import { encodeScript, parseScript, planCeremony } from '../../keys/ceremony-script.ts'
import { standardHierarchy } from '../../keys/hierarchy.ts'
import { isInDevice } from '../../keys/route-keys.ts'
import type { Config } from '../config.ts'
import { readConfig } from '../config.ts'
import { nodeCrypto } from '../crypto/node.ts'
import { systemClock, systemRandom } from '../kernel/index.ts'
import { standardProfiles } from '../pki/index.ts'
import { CEREMONY_HELP } from './keys-help.ts'
import { EXIT, fileFault, usage } from './exit.ts'
import { print } from './print.ts'
import { readOptions } from './read-options.ts'

export type ScriptChoices = Pick<ScriptPlan, 'custodians' | 'threshold' | 'offlineRoot' | 'rootCrlDays'>

/** What the hierarchy, the profiles and the settings say now. */
export const planNow = ({ publicUrl, pkcs11 }: Config, choices: ScriptChoices): ScriptPlan =>
  planCeremony({
    ...choices,
    hierarchy: standardHierarchy,
    profiles: standardProfiles,
    publicUrl: publicUrl ?? usage('请设置 PUBLIC_URL：写进每张证书 (set PUBLIC_URL: it goes into every certificate)'),
    isInDevice: (keyId) => isInDevice(pkcs11?.keys ?? [], keyId),
    crypto: nodeCrypto,
  })

const KEPT = { device: '密码设备 (device)', files: '在线文件 (files)', shares: '只在分片 (shares only)' } as const

export const scriptLines = ({ plan, digest, madeAt }: CeremonyScript): string[] => [
  `密钥仪式脚本 (key ceremony script)  ${madeAt}`,
  `  机构 (organisation): ${plan.organisation}，${plan.stateOrProvince}`,
  `  地址 (public URL): ${plan.publicUrl}`,
  `  保管人 (custodians): ${plan.custodians} 人，${plan.threshold} 人可以恢复 (restore)`,
  `  根 (root): ${plan.offlineRoot ? `离线 (offline)，吊销列表 ${plan.rootCrlDays} 天 (days)` : '在线 (online)'}`,
  `  证书模板 (profiles) SM3: ${plan.profiles}`,
  ...plan.keys.map(
    (k) =>
      `  ${k.keyId.padEnd(20)} ${k.algorithm.padEnd(8)} ← ${k.issuer.padEnd(18)} ${k.profile.padEnd(14)} ${k.years} 年 (years)  ${KEPT[k.keptIn]}  ${k.title}`,
  ),
  `  摘要 (digest) SM3: ${digest}`,
]

export const run = async (args: readonly string[]): Promise<number> => {
  const options = readOptions(
    args,
    { custodians: 'one', threshold: 'one', 'offline-root': 'flag', 'root-crl-days': 'one', out: 'one' },
    CEREMONY_HELP,
  )
  if (options.positionals.length > 0) return usage(CEREMONY_HELP)
  const plan = planNow(readConfig(process.env), {
    custodians: options.number('custodians'),
    threshold: options.number('threshold'),
    offlineRoot: options.has('offline-root'),
    rootCrlDays: options.number('root-crl-days', 180),
  })
  const text = encodeScript(plan, { at: systemClock.now(), random: systemRandom })
  const out = options.find('out') ?? 'ceremony-script.json'
  await writeFile(out, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) =>
    error.code === 'EEXIST' ? usage(`${out}：已经有了 (is there already)`) : fileFault(error, out),
  )
  print(...scriptLines(parseScript(nodeCrypto, text)), `  文件 (file): ${out}`)
  return EXIT.valid
}
