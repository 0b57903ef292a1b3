/**
 * The newest CRLs in a folder that all processes share: `<ca key>-<number>.tbs` before signing, `.crl` after; deltas as `.delta.tbs` and
 * `.delta.crl`. Files appear whole and a name is taken once. Refuses ids that could leave the folder; leaves out what is not the list
 * that its name says, so that a stray file stops nothing.
 */
import { link, mkdir, open, readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMalformed } from '../../standards/errors.ts'
import { parseCrl } from '../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../../src/errors.ts'
import type { CrlShelf, ShelvedList } from '../../src/pki/index.ts'

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/
const KEPT = 3

const errno = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code
const unlessMissing =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (errno(error) === 'ENOENT') return instead
    throw error
  }

const writeWhole = async (path: string, bytes: Uint8Array): Promise<boolean> => {
  const part = `${path}.${process.pid}.${crypto.randomUUID()}`
  const file = await open(part, 'wx', 0o644)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    // A link fails where a name is taken: whoever came first is kept.
    await link(part, path)
    return true
  } catch (error) {
    if (errno(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(part, { force: true })
  }
}

type Kind = ShelvedList['kind']
type Name = Pick<ShelvedList, 'kind' | 'number'>

const pathOf = (folder: string, issuerId: string, { kind, number }: Name): string => {
  if (!ID.test(issuerId) || !Number.isSafeInteger(number) || number < 1)
    throw new TrustError('INPUT_INVALID', 'not the name of a list', { field: 'issuerId' })
  return join(folder, `${issuerId}-${number}${kind === 'delta' ? '.delta' : ''}`)
}

/** Of the signed lists, highest number first, the full one of a number before its delta. */
const namesOf = async (folder: string, issuerId: string): Promise<Name[]> => {
  const own = new RegExp(`^${issuerId}-([0-9]{1,15})(\\.delta)?\\.crl$`)
  return (await readdir(folder).catch(unlessMissing([] as string[])))
    .flatMap((file): Name[] => {
      const match = own.exec(file)
      return match === null ? [] : [{ kind: match[2] === undefined ? 'crl' : 'delta', number: Number(match[1]) }]
    })
    .sort((a, b) => b.number - a.number || (a.kind < b.kind ? -1 : 1))
}

const isWhatItsNameSays = (der: Uint8Array, { kind, number }: Name): boolean => {
  try {
    const crl = parseCrl(der)
    return crl.number === BigInt(number) && crl.isDelta === (kind === 'delta')
  } catch (error) {
    if (isMalformed(error)) return false
    throw error
  }
}

export const openCrlShelf = (folder: string): CrlShelf => {
  const read = async (issuerId: string, name: Name): Promise<ShelvedList | undefined> => {
    const found = await readFile(`${pathOf(folder, issuerId, name)}.crl`).catch(unlessMissing(undefined))
    const der = found === undefined ? undefined : new Uint8Array(found)
    return der === undefined || !isWhatItsNameSays(der, name) ? undefined : { ...name, der }
  }
  const some = async (issuerId: string, kinds: readonly Kind[], limit: number): Promise<ShelvedList[]> => {
    const lists: ShelvedList[] = []
    if (!ID.test(issuerId)) return lists
    for (const name of await namesOf(folder, issuerId)) {
      if (lists.length >= limit) break
      const list = kinds.includes(name.kind) ? await read(issuerId, name) : undefined
      if (list !== undefined) lists.push(list)
    }
    return lists
  }
  return {
    newest: async (issuerId) => (await some(issuerId, ['crl'], 1))[0],
    all: (issuerId) => some(issuerId, ['crl', 'delta'], Infinity),
    intend: async (issuerId, number, tbs, kind = 'crl') => {
      const path = `${pathOf(folder, issuerId, { kind, number })}.tbs`
      await mkdir(folder, { recursive: true })
      return (await writeWhole(path, tbs)) ? tbs : new Uint8Array(await readFile(path))
    },
    put: async (issuerId, number, der, kind = 'crl') => {
      await writeWhole(`${pathOf(folder, issuerId, { kind, number })}.crl`, der)
    },
    prune: async (issuerId) => {
      const names = await namesOf(folder, issuerId)
      for (const kind of ['crl', 'delta'] as const)
        for (const old of names.filter((n) => n.kind === kind).slice(KEPT))
          for (const end of ['tbs', 'crl']) await rm(`${pathOf(folder, issuerId, old)}.${end}`, { force: true })
    },
  }
}
