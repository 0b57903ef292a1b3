/** Asks for a password at the terminal, twice, without showing it. Refuses when there is no terminal to ask at. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { usage } from './exit.ts'

const silent = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

/** Shows the question and not the answer. The caller has made sure of a terminal. */
export const askHidden = async (prompt: string): Promise<string> => {
  process.stderr.write(prompt)
  const terminal = createInterface({ input: process.stdin, output: silent(), terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}

export const askPassword = async (whose: string): Promise<string> => {
  if (!process.stdin.isTTY)
    usage('没有终端可以输入密码：请设置 XINYIN_BOOTSTRAP_PASSWORDS_FILE (no terminal to ask at; set the variable)')
  const first = await askHidden(`${whose} 的密码 (password): `)
  const again = await askHidden(`再输入一次 (again): `)
  return first === again ? first : usage('两次输入不一样 (they differ)')
}
