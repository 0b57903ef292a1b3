/**
 * Names of ZIP entries: decoded, and refused if two readers could see different files behind them.
 * Refuses absolute names, '..', '.', empty segments, backslashes, drive letters, control characters (ZIP_PATH),
 * names that another name equals up to case and Unicode composition (ZIP_DUPLICATE_NAME),
 * and an Info-ZIP Unicode path that tells another name (ZIP_NAME_AMBIGUOUS).
 */
import { FormatError } from '../errors.ts'
import { FLAG_UTF8, nameKey, view } from './zip-format.ts'

const UNICODE_PATH_EXTRA = 0x7075

const decode = (raw: Uint8Array, encoding: string): string | undefined => {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(raw)
  } catch {
    return undefined
  }
}

/** UTF-8 whether flagged or not; an unflagged name that is not UTF-8 is read as GB 18030, and `guessed` says so. */
export const decodeName = (raw: Uint8Array, flags: number): { readonly name: string; readonly guessed: boolean } => {
  const name = decode(raw, 'utf-8')
  if (name !== undefined) return { name, guessed: false }
  const gb = (flags & FLAG_UTF8) === 0 ? decode(raw, 'gb18030') : undefined
  if (gb === undefined) throw new FormatError('ZIP_NAME_ENCODING', 'entry name is neither UTF-8 nor GB 18030')
  return { name: gb, guessed: true }
}

/** A relative path of plain segments; one trailing slash marks a folder. */
export const requireSafeName = (name: string): void => {
  const segments = name.replace(/\/$/, '').split('/')
  const bad =
    segments.some((s) => s === '' || s === '.' || s === '..') ||
    /[\u0000-\u001f\u007f\\\ufffd]/.test(name) ||
    /^[a-zA-Z]:/.test(name)
  if (bad) throw new FormatError('ZIP_PATH', 'entry name is not a plain relative path')
}

/** Every name once, and no file where another entry needs a folder. */
export const requireDistinctNames = (
  entries: readonly { readonly name: string; readonly isFolder: boolean }[],
): void => {
  const isFolderByKey = new Map<string, boolean>()
  for (const { name, isFolder } of entries) {
    const key = nameKey(name)
    if (isFolderByKey.has(key)) throw new FormatError('ZIP_DUPLICATE_NAME', 'two entries have one name')
    isFolderByKey.set(key, isFolder)
  }
  for (const key of isFolderByKey.keys()) {
    for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1)) {
      if (isFolderByKey.get(key.slice(0, at)) === false) throw new FormatError('ZIP_PATH', 'a file is used as a folder')
    }
  }
}

/** @throws FormatError ZIP_NAME_AMBIGUOUS, ZIP_EXTRA */
export const requireNoOtherName = (extra: Uint8Array, name: string): void => {
  const data = view(extra)
  for (let at = 0; at < extra.length;) {
    if (at + 4 > extra.length) return // padding that some writers leave; reported with the extra fields
    const size = data.getUint16(at + 2, true)
    if (at + 4 + size > extra.length) throw new FormatError('ZIP_EXTRA', 'extra field leaves its block')
    if (data.getUint16(at, true) === UNICODE_PATH_EXTRA) {
      const other = decode(extra.subarray(at + 9, at + 4 + size), 'utf-8')
      if (other !== name) throw new FormatError('ZIP_NAME_AMBIGUOUS', 'an extra field tells another name')
    }
    at += 4 + size
  }
}
