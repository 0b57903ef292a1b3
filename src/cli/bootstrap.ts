/**
 * `xinyin bootstrap FILE`: sets up production once. Migrations and the key ceremony first, then the first three administrators.
 * Refuses outside production, where the demonstration brings its own, and when it was done before.
 */
import { z } from 'zod'
import { openDataFolder } from '../../adapters/data-folder/index.ts'
import { makeLogger } from '../../adapters/log/index.ts'
import type { Config } from '../config.ts'
import { readConfig } from '../config.ts'
import { selfCheck } from '../crypto/node.ts'
import type { AdministratorRole } from '../identity/index.ts'
import { systemClock } from '../kernel/index.ts'
import { publishCrls } from '../pki/index.ts'
import type { Appointment, FirstAdministrators } from './appoint-first.ts'
import { appointFirst, parseFirstAdministrators } from './appoint-first.ts'
import { askPassword } from './ask-password.ts'
import { EXIT, usage } from './exit.ts'
import { print } from './print.ts'
import { readJson, readText } from './read-json.ts'

export const BOOTSTRAP_HELP = `xinyin bootstrap FILE

  正式环境（NODE_ENV=production）首次设立：升级数据库、密钥仪式，然后设立系统、安全、审计三名管理员，三个人，只能做一次。
  Production, once: migrations, key ceremony, then the system, security and audit administrators, three people.

  FILE   {"system": {"loginName": "…", "name": "…", "citizenIdNumber": "…"}, "security": {…}, "audit": {…}}
         姓名和公民身份号码与人口库核对。Name and citizen ID number are matched against the population registry.

  密码在终端输入，或放在 XINYIN_BOOTSTRAP_PASSWORDS_FILE 指定的文件里：{"system": "…", "security": "…", "audit": "…"}
  Passwords are typed, or read from the file that XINYIN_BOOTSTRAP_PASSWORDS_FILE names; delete it afterwards.

  退出码 exit: 0 完成 done · 3 拒绝 refused`

const passwordsSchema = z.strictObject({ system: z.string(), security: z.string(), audit: z.string() })

const readPasswords = (path: string): Promise<Readonly<Record<AdministratorRole, string>>> =>
  readJson(path, passwordsSchema, '{"system": "…", "security": "…", "audit": "…"}')

const TITLES: Readonly<Record<AdministratorRole, string>> = {
  system: '系统管理员',
  security: '安全管理员',
  audit: '审计管理员',
}

const passwordSource = async (file: string | undefined): Promise<Appointment['passwordOf']> => {
  if (file === undefined) return (role) => askPassword(TITLES[role])
  const passwords = await readPasswords(file)
  return (role) => Promise.resolve(passwords[role])
}

const setUp = async (config: Config, publicUrl: string, appointment: Appointment): Promise<void> => {
  // The whole service, which help and usage need not load.
  const { assemble } = await import('../assemble.ts')
  const folder = await openDataFolder(config.dataFolder, { exclusive: config.database.url === undefined })
  try {
    const logger = makeLogger(config.logLevel)
    const { registries } = config
    const assembly = await assemble({ config, folder, publicUrl, clock: systemClock, logger, registries, setUp: true })
    try {
      await publishCrls(assembly.pki)
      await appointFirst(assembly.identity, appointment)
    } finally {
      await assembly.sequencer.stop()
      await assembly.db.close()
    }
  } finally {
    await folder.release()
  }
}

export const run = async (args: readonly string[]): Promise<number> => {
  const [path, ...more] = args
  if (path === '--help' || path === '-h') {
    print(...BOOTSTRAP_HELP.split('\n'))
    return EXIT.valid
  }
  if (path === undefined || more.length > 0) return usage(BOOTSTRAP_HELP)
  const config = readConfig(process.env)
  if (!config.production || config.publicUrl === undefined)
    return usage('只用于正式环境：NODE_ENV=production；演示环境自带管理员 (for production only)')
  const administrators: FirstAdministrators = parseFirstAdministrators(await readText(path))
  const passwordOf = await passwordSource(process.env['XINYIN_BOOTSTRAP_PASSWORDS_FILE'])
  selfCheck()
  await setUp(config, config.publicUrl, { administrators, passwordOf })
  print('✓ 三名管理员已设立 (the three administrators are appointed)', '  现在可以启动服务 (now start the service)')
  return EXIT.valid
}
