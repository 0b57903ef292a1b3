/**
 * GF(2⁸) with the polynomial of AES (x⁸+x⁴+x³+x+1, FIPS 197 §4.2). Without tables and without branches on values, so that
 * neither caches nor time tell what is multiplied.
 */

/** Both from 0 to 255. */
export const multiply = (a: number, b: number): number => {
  let product = 0
  let left = a
  for (let i = 0; i < 8; i++) {
    product ^= left & -((b >> i) & 1)
    left = ((left << 1) ^ (0x11b & -(left >> 7))) & 0x1ff
  }
  return product & 0xff
}

/** 0 for 0, which the caller keeps away. By Fermat: a²⁵⁴. */
export const invert = (a: number): number => {
  let result = 1
  let square = a
  for (let i = 1; i < 8; i++) {
    square = multiply(square, square)
    result = multiply(result, square)
  }
  return result
}
