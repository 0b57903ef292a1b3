/** Who acts at the command line, for the audit: the operating system's user of this machine. */
import { userInfo } from 'node:os'
import type { Actor } from '../audit/index.ts'

export const operator = (): Actor => ({ kind: 'system', id: `cli:${userInfo().username}` })
