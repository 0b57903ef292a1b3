/** `xinyin clients list | add FILE | disable ID | enable ID | rotate-secret ID`: portals and systems that may use this service. */
import type { Assembly } from '../assemble.ts'
import { listClients, registerClient, rotateClientSecret, setClientDisabled } from '../oidc/index.ts'
import { parseRegistration } from './client-registration.ts'
import { EXIT, usage } from './exit.ts'
import { readText } from './read-json.ts'
import { operator } from './operator.ts'
import { print } from './print.ts'
import { withAssembly } from './with-assembly.ts'

export const CLIENTS_HELP = `xinyin clients list
xinyin clients add FILE
xinyin clients disable ID | enable ID
xinyin clients rotate-secret ID

  登记的门户和系统。FILE 是一个 JSON 对象，字段见 docs/operations.md；"-" 从标准输入读。
  Registered portals and systems. FILE is a JSON object with the fields of docs/operations.md; "-" reads standard input.

  add 不带 secret、jwks、jwksUri 时生成密钥并显示一次。Without secret, jwks or jwksUri a secret is made and shown once.

  退出码 exit: 0 完成 done · 3 拒绝 refused`

type Oidc = Assembly['oidc']

/** `-`: standard input. */
const readInput = async (path: string): Promise<string> => {
  if (path !== '-') return readText(path)
  let text = ''
  for await (const part of process.stdin) text += String(part)
  return text
}

const list = async (oidc: Oidc): Promise<void> => {
  for (const { clientId, name, logoutMode, disabledAt, hosts } of await listClients(oidc))
    print([clientId, name, logoutMode, disabledAt === undefined ? '启用' : '停用', hosts.join(' ')].join(' | '))
}

const add = async (oidc: Oidc, text: string): Promise<void> => {
  const { registration, secret } = parseRegistration(text, oidc.random)
  await registerClient(oidc, registration, operator())
  print(`✓ ${registration.clientId} 已登记 (registered)`, ...(secret === undefined ? [] : [`secret: ${secret}`]))
}

const ACTIONS: Readonly<Record<string, (oidc: Oidc, argument: string) => Promise<void>>> = {
  add,
  disable: async (oidc, clientId) => {
    await setClientDisabled(oidc, { clientId, disabled: true, actor: operator() })
    print(`✓ ${clientId} 已停用 (disabled)`)
  },
  enable: async (oidc, clientId) => {
    await setClientDisabled(oidc, { clientId, disabled: false, actor: operator() })
    print(`✓ ${clientId} 已启用 (enabled)`)
  },
  'rotate-secret': async (oidc, clientId) => {
    print(`secret: ${await rotateClientSecret(oidc, { clientId, actor: operator() })}`)
  },
}

export const run = async (args: readonly string[]): Promise<number> => {
  const [name = '', argument, ...more] = args
  if (name === '--help' || name === '-h') {
    print(...CLIENTS_HELP.split('\n'))
    return EXIT.valid
  }
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (name === 'list' && argument === undefined) await withAssembly(({ oidc }) => list(oidc))
  else if (action !== undefined && argument !== undefined && more.length === 0) {
    const given = name === 'add' ? await readInput(argument) : argument
    await withAssembly(({ oidc }) => action(oidc, given))
  } else return usage(CLIENTS_HELP)
  return EXIT.valid
}
