/** One command at a time changes keys of a data folder; the service itself need not stop. Refuses the second one. */
import { join } from 'node:path'
import { openDataFolder } from '../../adapters/data-folder/index.ts'
import type { Config } from '../config.ts'
import { isTrustError } from '../errors.ts'
import { usage } from './exit.ts'

/** @throws UsageError while another command holds it */
export const withKeysLock = async <T>({ dataFolder }: Config, work: () => Promise<T>): Promise<T> => {
  const lock = await openDataFolder(join(dataFolder, 'keys-lock')).catch((error: unknown) => {
    if (!isTrustError(error, 'DATA_FOLDER_IN_USE')) throw error
    return usage('另一个密钥命令正在进行 (another command is changing keys)')
  })
  try {
    return await work()
  } finally {
    await lock.release()
  }
}
