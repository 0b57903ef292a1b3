/** Byte arrays: the few operations that every format needs, without node:buffer so that they run in a browser. */

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) {
    out.set(p, at)
    at += p.length
  }
  return out
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  let diff = 0
  for (let i = 0; i < a.length; i++) diff |= (a[i] as number) ^ (b[i] as number)
  return diff === 0
}

const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'))

export const toHex = (bytes: Uint8Array): string => {
  let s = ''
  for (const b of bytes) s += HEX[b] as string
  return s
}

/** @throws RangeError if the text is not an even number of hex digits */
export const fromHex = (hex: string): Uint8Array => {
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) throw new RangeError('not hex')
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}

const ENCODER = new TextEncoder()
const UTF8 = new TextDecoder('utf-8', { fatal: true })

export const utf8 = (text: string): Uint8Array => ENCODER.encode(text)

/** @throws TypeError if the bytes are not UTF-8 */
export const fromUtf8 = (bytes: Uint8Array): string => UTF8.decode(bytes)

export const toBase64 = (bytes: Uint8Array): string => {
  let s = ''
  for (let i = 0; i < bytes.length; i += 0x8000) s += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(s)
}

/** White space is ignored. @throws RangeError if the text is not base64 */
export const fromBase64 = (text: string): Uint8Array => {
  const compact = text.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 === 1) throw new RangeError('not base64')
  return Uint8Array.from(atob(compact), (c) => c.charCodeAt(0))
}

export const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

/** @throws RangeError if the text is not base64url without padding */
export const fromBase64Url = (text: string): Uint8Array => {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new RangeError('not base64url')
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
}

/** PEM blocks with this label, in order. */
export const fromPem = (pem: string, label: string): Uint8Array[] =>
  [...pem.matchAll(new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`, 'g'))].map((m) =>
    fromBase64(m[1] ?? ''),
  )

export const toPem = (der: Uint8Array, label: string): string =>
  `-----BEGIN ${label}-----\n${(toBase64(der).match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`
