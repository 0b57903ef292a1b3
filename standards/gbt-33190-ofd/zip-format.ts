/** Numbers and names of the ZIP format (PKWARE APPNOTE 4.3) that both our reader and our writer need. */

export const LOCAL_HEADER = 0x04034b50
export const CENTRAL_HEADER = 0x02014b50
export const END_OF_DIRECTORY = 0x06054b50
export const ZIP64_LOCATOR = 0x07064b50
export const DATA_DESCRIPTOR = 0x08074b50

export const LOCAL_SIZE = 30
export const CENTRAL_SIZE = 46
export const END_SIZE = 22

export const STORED = 0
export const DEFLATED = 8

export const FLAG_ENCRYPTED = 0x0001
export const FLAG_DESCRIPTOR = 0x0008
export const FLAG_STRONG_ENCRYPTION = 0x0040
export const FLAG_UTF8 = 0x0800
export const FLAG_MASKED_HEADERS = 0x2000

/** One entry as the central directory declares it; its local header has been found equal. */
export interface ZipEntry {
  readonly name: string
  readonly isFolder: boolean
  readonly method: number
  readonly flags: number
  readonly crc: number
  readonly compressedSize: number
  readonly size: number
  /** Where the compressed bytes start in the package. */
  readonly dataStart: number
}

/** Two names with one key are one name to some reader: case, Unicode composition and a trailing slash do not tell them apart. */
export const nameKey = (name: string): string =>
  name.replace(/\/$/, '').normalize('NFKC').toLowerCase().normalize('NFKC')

export const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
