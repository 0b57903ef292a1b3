/**
 * A list of master keys as people keep them: one a line, the current one first, earlier ones below it as long as something is
 * under them. `m2:<base64>`; a line without an id is `m1`. Refuses an id named twice and, for keys, anything but 32 bytes.
 */
import { fromBase64 } from '../../standards/bytes.ts'
import { TrustError } from '../../src/errors.ts'

export interface NamedSecret {
  readonly id: string
  readonly value: string
}

const LINE = /^(?:(m[1-9]\d{0,5}):)?\s*(.+)$/

/** Comments begin with #. @throws TrustError CONFIG_INVALID that names a line, never what stands in it */
export const parseSecretLines = (text: string): readonly NamedSecret[] => {
  const secrets: NamedSecret[] = []
  text.split('\n').forEach((raw, i) => {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) return
    const [, id = 'm1', value = ''] = LINE.exec(line) ?? []
    if (secrets.some((s) => s.id === id))
      throw new TrustError('CONFIG_INVALID', `master keys, line ${i + 1}: ${id} twice`)
    secrets.push({ id, value })
  })
  if (secrets.length === 0) throw new TrustError('CONFIG_INVALID', 'master keys: none')
  return secrets
}

/** 32 bytes. @throws TrustError CONFIG_INVALID */
export const parseMasterKey = ({ id, value }: NamedSecret): Uint8Array => {
  const bytes = /^[A-Za-z0-9+/]{43}=$/.test(value) ? fromBase64(value) : new Uint8Array()
  if (bytes.length !== 32) throw new TrustError('CONFIG_INVALID', `master key ${id}: must be 32 bytes in base64`)
  return bytes
}
