/** The service's parts for one command of an operator, without a listener: opened, used and closed. */
import { openDataFolder } from '../../adapters/data-folder/index.ts'
import { makeLogger } from '../../adapters/log/index.ts'
import type { Assembly } from '../assemble.ts'
import { readConfig } from '../config.ts'
import { isTrustError } from '../errors.ts'
import { systemClock } from '../kernel/index.ts'
import { usage } from './exit.ts'

/** Beside a running service only on PostgreSQL: the embedded database belongs to one process. */
export const withAssembly = async <T>(use: (assembly: Assembly) => Promise<T>): Promise<T> => {
  const config = readConfig(process.env)
  const { assemble } = await import('../assemble.ts')
  const folder = await openDataFolder(config.dataFolder, { exclusive: config.database.url === undefined }).catch(
    (error: unknown) => {
      if (!isTrustError(error, 'DATA_FOLDER_IN_USE')) throw error
      return usage('服务正在使用这个文件夹，请先停止服务 (stop the service first)')
    },
  )
  try {
    const { registries, publicUrl = 'http://localhost' } = config
    const logger = makeLogger('error')
    const assembly = await assemble({ config, folder, publicUrl, clock: systemClock, logger, registries })
    try {
      return await use(assembly)
    } finally {
      await assembly.sequencer.stop()
      await assembly.db.close()
    }
  } finally {
    await folder.release()
  }
}
