/**
 * ST_Loc (GB/T 33190-2016 7.3): "/" is the package root, everything else starts at the folder of the file that holds the path.
 * Refuses a path that leaves the package (OFD_PATH). Compat mode also finds files that sloppy producers name from the root or
 * in another case, and says so.
 */
import { FormatError } from '../errors.ts'
import type { OfdPackage } from './ofd-package.ts'

export type OfdMode = 'strict' | 'compat'
export type OfdLeniency = 'path-from-root' | 'path-case' | 'path-backslash' | 'check-method-name' | 'location-as-text'

export const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1)

/** The segments of a path without its dots: how a producer that ignores the folder would write it from the root. */
const segmentsOf = (path: string): string[] =>
  path
    .trim()
    .split('/')
    .filter((s) => !['', '.', '..'].includes(s))

/** Name in the package, without a leading slash. `base` is the file that holds the path. @throws FormatError OFD_PATH */
export const resolveLoc = (loc: string, base: string): string => {
  const path = loc.trim()
  if (path === '') throw new FormatError('OFD_PATH', 'empty path')
  const segments: string[] = []
  for (const segment of (path.startsWith('/') ? path : folderOf(base) + path).split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') segments.push(segment)
    else if (segments.pop() === undefined) throw new FormatError('OFD_PATH', 'path leaves the package')
  }
  if (segments.length === 0) throw new FormatError('OFD_PATH', 'path names no file')
  return segments.join('/')
}

export interface Located {
  readonly path: string
  readonly exists: boolean
  readonly leniency?: OfdLeniency
}

/** The file that a path means; where none exists, the name it should have. @throws FormatError OFD_PATH */
export const locate = (pkg: OfdPackage, loc: string, { base, mode }: { base: string; mode: OfdMode }): Located => {
  if (mode === 'compat' && loc.includes('\\'))
    return { ...locate(pkg, loc.replaceAll('\\', '/'), { base, mode }), leniency: 'path-backslash' }
  const path = resolveLoc(loc, base)
  if (pkg.has(path)) return { path, exists: true }
  if (mode === 'strict') return { path, exists: false }
  const fromRoot = segmentsOf(loc).join('/')
  if (pkg.has(fromRoot)) return { path: fromRoot, exists: true, leniency: 'path-from-root' }
  const similar = pkg.findSimilar(path)
  return similar === undefined ? { path, exists: false } : { path: similar, exists: true, leniency: 'path-case' }
}
