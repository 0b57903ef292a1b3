/** How a command ends. What went wrong with a file is a verdict; what went wrong with the command is `UsageError` or a refusal. */
export const EXIT = { valid: 0, invalid: 1, indeterminate: 2, usage: 3, bug: 70 } as const

/** Wrong usage, or a file that cannot be read: exit 3. The message is shown as it is. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

export const usage = (message: string): never => {
  throw new UsageError(message)
}

/** The system's code of a failed file operation in plain words. */
export const fileFault = (error: unknown, path: string): never => {
  const code = (error as NodeJS.ErrnoException).code
  const words: Readonly<Record<string, string>> = {
    ENOENT: '没有这个文件 (not found)',
    EACCES: '没有读取权限 (no permission)',
    EPERM: '没有读取权限 (no permission)',
    EISDIR: '这是一个文件夹 (a folder)',
    ENOTDIR: '路径不对 (not a folder)',
  }
  if (code === undefined) throw error
  throw new UsageError(`${path}：${words[code] ?? `读不出来 (${code})`}`)
}
