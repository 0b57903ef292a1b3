/** What operators type: clients, dead letters, signing keys. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { run as clients } from '../../../src/cli/clients.ts'
import { parseRegistration } from '../../../src/cli/client-registration.ts'
import { run as logout } from '../../../src/cli/logout.ts'
import { run as oidc } from '../../../src/cli/oidc.ts'
import { systemRandom } from '../../../src/kernel/index.ts'

let folder: string
const before = process.env['XINYIN_DATA']

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xinyin-commands-'))
  process.env['XINYIN_DATA'] = folder
})
afterAll(async () => {
  if (before === undefined) delete process.env['XINYIN_DATA']
  else process.env['XINYIN_DATA'] = before
  await rm(folder, { recursive: true, force: true })
})

type Command = (args: readonly string[]) => Promise<number>
const typed = async (command: Command, ...args: string[]): Promise<string> => {
  const lines: string[] = []
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text))
    return true
  })
  try {
    expect(await command(args)).toBe(0)
  } finally {
    spy.mockRestore()
  }
  return lines.join('')
}

const registration = {
  clientId: 'typed-portal',
  name: '命令行登记的门户',
  scopes: ['openid'],
  grantTypes: ['authorization_code'],
  redirectUris: ['https://portal.example/cb'],
}

const skip = process.env['XINYIN_EXTENDED'] !== '1'
if (skip) process.stderr.write('skipped: two tests of commands make a key hierarchy (XINYIN_EXTENDED=1)\n')

describe('commands', () => {
  it.skipIf(skip)(
    'register a client with a secret that is shown once, and list it',
    async () => {
      const file = join(folder, 'client.json')
      await writeFile(file, JSON.stringify(registration))
      const secret = /secret: (\S+)/.exec(await typed(clients, 'add', file))?.[1]
      expect(secret).toHaveLength(43)
      const list = await typed(clients, 'list')
      expect(list).toContain('typed-portal | 命令行登记的门户 | lease | 启用 | portal.example')
      expect(list).not.toContain(secret)
      await expect(clients(['disable', 'nobody'])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    },
    60_000,
  )

  it.skipIf(skip)(
    'change the signing key, and revive no dead letter that is none',
    async () => {
      expect(await typed(oidc, 'rotate-key')).toContain('起签名')
      await expect(logout(['retry', 'x'])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    },
    60_000,
  )

  it.each<[string, Command, string[]]>([
    ['clients', clients, []],
    ['clients', clients, ['destroy', 'x']],
    ['clients', clients, ['toString', 'x']],
    ['clients', clients, ['disable']],
    ['clients', clients, ['list', 'x']],
    ['clients', clients, ['add', '/nowhere/at/all.json']],
    ['logout', logout, ['retry']],
    ['logout', logout, ['dead', 'x']],
    ['oidc', oidc, ['rotate-key', '--soon']],
    ['oidc', oidc, []],
  ])('refuse wrong usage: %s %o', async (_name, command, args) => {
    await expect(command(args)).rejects.toMatchObject({ name: 'UsageError' })
  })

  it.each([
    ['x', 'no JSON'],
    ['[]', 'an array'],
    [JSON.stringify({ ...registration, redirectURIs: [] }), 'a member that is none'],
    [JSON.stringify({ ...registration, grantTypes: ['implicit'] }), 'a grant type that is none'],
    [JSON.stringify({ ...registration, leaseSeconds: 1.5 }), 'half a second'],
  ])('refuse a registration that is %j (%s)', (text) => {
    expect(() => parseRegistration(text, systemRandom)).toThrow(
      expect.objectContaining({ name: 'UsageError' }) as Error,
    )
  })
})
