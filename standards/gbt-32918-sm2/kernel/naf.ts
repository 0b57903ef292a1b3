/** Width-5 non-adjacent form: odd digits below 16 in size, at least four zeros between. Public scalars only. */
const WIDTH: usize = 5
const SCALAR = memory.data(48)

/** Digits of k at `o`, 260 bytes; returns how many there are. */
export function toNaf(o: usize, k: usize): i32 {
  memory.copy(SCALAR, k, 32)
  memory.fill(SCALAR + 32, 0, 16)
  memory.fill(o, 0, 260)
  let carry = 0
  let length: usize = 0
  for (let i: usize = 0; i <= 256; ) {
    const bits = (load<u64>(SCALAR + (i >> 3)) >> ((i & 7) as u64)) as i32
    if ((bits & 1) == carry) {
      i++
      continue
    }
    const digit = (bits & 31) + carry
    carry = digit > 15 ? 1 : 0
    store<i8>(o + i, (digit - 32 * carry) as i8)
    length = i + 1
    i += WIDTH
  }
  return length as i32
}
