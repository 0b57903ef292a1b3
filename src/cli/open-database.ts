/**
 * The database of DATABASE_URL, or the embedded one in XINYIN_DATA, for commands. Makes none; refuses the embedded folder while the
 * service holds it, as two processes would destroy it.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openDataFolder } from '../../adapters/data-folder/index.ts'
import type { Db } from '../../adapters/postgres/db.ts'
import { openPostgres } from '../../adapters/postgres/pg.ts'
import { openEmbedded } from '../../adapters/postgres/pglite.ts'
import type { Config } from '../config.ts'
import { isTrustError } from '../errors.ts'
import { usage } from './exit.ts'

const CONNECTIONS = 2

export interface Opened {
  readonly db: Db
  close(): Promise<void>
}

const openFolder = async (dataFolder: string): Promise<Opened> => {
  const path = join(dataFolder, 'db')
  // Opening would make a new, empty database, which is intact and says nothing.
  if ((await stat(path).catch(() => undefined)) === undefined)
    usage(`${dataFolder}：里面没有数据库 (no database here; set XINYIN_DATA or DATABASE_URL)`)
  const folder = await openDataFolder(dataFolder).catch((error: unknown) => {
    if (!isTrustError(error, 'DATA_FOLDER_IN_USE')) throw error
    return usage(`服务正在使用这个文件夹，请先停止服务。\n${error.code}: ${error.message}`)
  })
  try {
    const db = await openEmbedded(join(folder.path, 'db'))
    return {
      db,
      close: async () => {
        await db.close()
        await folder.release()
      },
    }
  } catch (error) {
    await folder.release()
    throw error
  }
}

export const openDatabase = ({ database, dataFolder }: Config): Promise<Opened> => {
  if (database.url === undefined) return openFolder(dataFolder)
  const db = openPostgres(database.url, CONNECTIONS)
  return Promise.resolve({ db, close: () => db.close() })
}
