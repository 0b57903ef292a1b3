/**
 * Which ceremonies a data folder has seen: the script of each before it begins, its backup when that is safe, its end. Refuses a
 * script that was performed, and another one while one is unfinished.
 */
import { fromUtf8, utf8 } from '../standards/bytes.ts'
import type { CryptoPort } from '../standards/ports.ts'
import { TrustError } from '../src/errors.ts'
import type { CeremonyShelf } from './ceremony.ts'
import { parseScript } from './ceremony-script.ts'
import type { CeremonyScript } from './ceremony-script.ts'

export interface CeremonyRecord {
  /** Begun before, and not ended. */
  readonly resumed: boolean
  /** The id of the backup whose shares are with the custodians, once that is so. */
  backup(): Promise<string | undefined>
  noteBackup(backupId: string): Promise<void>
  noteEnd(): Promise<void>
}

const nameOf = (n: number, what: 'script' | 'backup' | 'end'): string => `ceremony-${n}.${what}.json`

/** In order of their ceremonies. @throws TrustError CEREMONY_REFUSED */
export const readScripts = async (
  crypto: CryptoPort,
  shelf: Pick<CeremonyShelf, 'read'>,
): Promise<readonly CeremonyScript[]> => {
  const scripts: CeremonyScript[] = []
  for (let n = 1; ; n++) {
    const bytes = await shelf.read(nameOf(n, 'script'))
    if (bytes === undefined) return scripts
    scripts.push(parseScript(crypto, fromUtf8(bytes)))
  }
}

const findPlace = async (
  shelf: CeremonyShelf,
  crypto: CryptoPort,
  text: string,
): Promise<{ n: number; resumed: boolean }> => {
  const { digest } = parseScript(crypto, text)
  const scripts = await readScripts(crypto, shelf)
  const isEnded = async (n: number): Promise<boolean> => (await shelf.read(nameOf(n, 'end'))) !== undefined
  const same = scripts.findIndex((s) => s.digest === digest) + 1
  if (same > 0 && (await isEnded(same)))
    throw new TrustError('CEREMONY_REFUSED', 'this script was performed already: make a new one')
  if (scripts.length > 0 && same !== scripts.length && !(await isEnded(scripts.length)))
    throw new TrustError(
      'CEREMONY_REFUSED',
      'a ceremony by another script has begun and not ended: finish that one first',
    )
  return same > 0 ? { n: same, resumed: true } : { n: scripts.length + 1, resumed: false }
}

/** @throws TrustError CEREMONY_REFUSED */
export const beginCeremony = async (
  { shelf, crypto }: { readonly shelf: CeremonyShelf; readonly crypto: CryptoPort },
  text: string,
): Promise<CeremonyRecord> => {
  const { n, resumed } = await findPlace(shelf, crypto, text)
  if (!resumed) await shelf.write(nameOf(n, 'script'), utf8(text))
  return {
    resumed,
    backup: async () => {
      const bytes = await shelf.read(nameOf(n, 'backup'))
      return bytes === undefined ? undefined : (JSON.parse(fromUtf8(bytes)) as { backupId: string }).backupId
    },
    noteBackup: (backupId) => shelf.write(nameOf(n, 'backup'), utf8(`${JSON.stringify({ backupId })}\n`)),
    noteEnd: () => shelf.write(nameOf(n, 'end'), utf8(`${JSON.stringify({ ended: true })}\n`)),
  }
}
