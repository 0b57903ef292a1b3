/**
 * GB/T 32905 §5.3, unrolled by tools/build-sm3-kernel.ts: change it there. Memory: the eight words of V at 0 in the machine's
 * byte order, message blocks from 64. What is known early is added
 * first, and the order of statements is the one that V8 compiles best of those tried; every round is the text of §5.3.3.
 */
const INPUT: usize = 64

export function reset(): void {
  store<u32>(0, 0x7380166f)
  store<u32>(4, 0x4914b2b9)
  store<u32>(8, 0x172442d7)
  store<u32>(12, 0xda8a0600)
  store<u32>(16, 0xa96f30bc)
  store<u32>(20, 0x163138aa)
  store<u32>(24, 0xe38dee4d)
  store<u32>(28, 0xb0fb0e4e)
}

/** V = CF(V, B) for each of so many blocks from INPUT. */
export function compress(blocks: i32): void {
  let v0 = load<u32>(0)
  let v1 = load<u32>(4)
  let v2 = load<u32>(8)
  let v3 = load<u32>(12)
  let v4 = load<u32>(16)
  let v5 = load<u32>(20)
  let v6 = load<u32>(24)
  let v7 = load<u32>(28)
  for (let at = INPUT, end = INPUT + (<usize>blocks << 6); at < end; at += 64) {
    let x: u32, y: u32, z: u32, a = v0, b = v1, c = v2, d = v3, e = v4, f = v5, g = v6, h = v7
    let w0 = bswap<u32>(load<u32>(at, 0))
    let w1 = bswap<u32>(load<u32>(at, 4))
    let w2 = bswap<u32>(load<u32>(at, 8))
    let w3 = bswap<u32>(load<u32>(at, 12))
    let w4 = bswap<u32>(load<u32>(at, 16))
    let w5 = bswap<u32>(load<u32>(at, 20))
    let w6 = bswap<u32>(load<u32>(at, 24))
    let w7 = bswap<u32>(load<u32>(at, 28))
    let w8 = bswap<u32>(load<u32>(at, 32))
    let w9 = bswap<u32>(load<u32>(at, 36))
    let w10 = bswap<u32>(load<u32>(at, 40))
    let w11 = bswap<u32>(load<u32>(at, 44))
    let w12 = bswap<u32>(load<u32>(at, 48))
    let w13 = bswap<u32>(load<u32>(at, 52))
    let w14 = bswap<u32>(load<u32>(at, 56))
    let w15 = bswap<u32>(load<u32>(at, 60))
    // 0
    d = (a ^ b ^ c) + (d + (w0 ^ w4))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0x79cc4519 + e, 7); z = (e ^ f ^ g) + (h + w0) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 1
    c = (d ^ a ^ b) + (c + (w1 ^ w5))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0xf3988a32 + h, 7); z = (h ^ e ^ f) + (g + w1) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 2
    b = (c ^ d ^ a) + (b + (w2 ^ w6))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0xe7311465 + g, 7); z = (g ^ h ^ e) + (f + w2) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 3
    a = (b ^ c ^ d) + (a + (w3 ^ w7))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0xce6228cb + f, 7); z = (f ^ g ^ h) + (e + w3) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 4
    d = (a ^ b ^ c) + (d + (w4 ^ w8))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0x9cc45197 + e, 7); z = (e ^ f ^ g) + (h + w4) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 5
    c = (d ^ a ^ b) + (c + (w5 ^ w9))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0x3988a32f + h, 7); z = (h ^ e ^ f) + (g + w5) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 6
    b = (c ^ d ^ a) + (b + (w6 ^ w10))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x7311465e + g, 7); z = (g ^ h ^ e) + (f + w6) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 7
    a = (b ^ c ^ d) + (a + (w7 ^ w11))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0xe6228cbc + f, 7); z = (f ^ g ^ h) + (e + w7) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 8
    d = (a ^ b ^ c) + (d + (w8 ^ w12))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0xcc451979 + e, 7); z = (e ^ f ^ g) + (h + w8) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 9
    c = (d ^ a ^ b) + (c + (w9 ^ w13))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0x988a32f3 + h, 7); z = (h ^ e ^ f) + (g + w9) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 10
    b = (c ^ d ^ a) + (b + (w10 ^ w14))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x311465e7 + g, 7); z = (g ^ h ^ e) + (f + w10) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 11
    a = (b ^ c ^ d) + (a + (w11 ^ w15))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0x6228cbce + f, 7); z = (f ^ g ^ h) + (e + w11) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 12
    x = w0 ^ w7 ^ rotl<u32>(w13, 15); w0 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w3, 7) ^ w10
    d = (a ^ b ^ c) + (d + (w12 ^ w0))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0xc451979c + e, 7); z = (e ^ f ^ g) + (h + w12) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 13
    x = w1 ^ w8 ^ rotl<u32>(w14, 15); w1 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w4, 7) ^ w11
    c = (d ^ a ^ b) + (c + (w13 ^ w1))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0x88a32f39 + h, 7); z = (h ^ e ^ f) + (g + w13) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 14
    x = w2 ^ w9 ^ rotl<u32>(w15, 15); w2 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w5, 7) ^ w12
    b = (c ^ d ^ a) + (b + (w14 ^ w2))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x11465e73 + g, 7); z = (g ^ h ^ e) + (f + w14) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 15
    x = w3 ^ w10 ^ rotl<u32>(w0, 15); w3 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w6, 7) ^ w13
    a = (b ^ c ^ d) + (a + (w15 ^ w3))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0x228cbce6 + f, 7); z = (f ^ g ^ h) + (e + w15) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 16
    x = w4 ^ w11 ^ rotl<u32>(w1, 15); w4 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w7, 7) ^ w14
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w0 ^ w4))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0x9d8a7a87 + e, 7); z = (((f ^ g) & e) ^ g) + (h + w0) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 17
    x = w5 ^ w12 ^ rotl<u32>(w2, 15); w5 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w8, 7) ^ w15
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w1 ^ w5))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0x3b14f50f + h, 7); z = (((e ^ f) & h) ^ f) + (g + w1) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 18
    x = w6 ^ w13 ^ rotl<u32>(w3, 15); w6 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w9, 7) ^ w0
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w2 ^ w6))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x7629ea1e + g, 7); z = (((h ^ e) & g) ^ e) + (f + w2) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 19
    x = w7 ^ w14 ^ rotl<u32>(w4, 15); w7 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w10, 7) ^ w1
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w3 ^ w7))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0xec53d43c + f, 7); z = (((g ^ h) & f) ^ h) + (e + w3) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 20
    x = w8 ^ w15 ^ rotl<u32>(w5, 15); w8 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w11, 7) ^ w2
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w4 ^ w8))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0xd8a7a879 + e, 7); z = (((f ^ g) & e) ^ g) + (h + w4) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 21
    x = w9 ^ w0 ^ rotl<u32>(w6, 15); w9 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w12, 7) ^ w3
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w5 ^ w9))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0xb14f50f3 + h, 7); z = (((e ^ f) & h) ^ f) + (g + w5) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 22
    x = w10 ^ w1 ^ rotl<u32>(w7, 15); w10 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w13, 7) ^ w4
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w6 ^ w10))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x629ea1e7 + g, 7); z = (((h ^ e) & g) ^ e) + (f + w6) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 23
    x = w11 ^ w2 ^ rotl<u32>(w8, 15); w11 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w14, 7) ^ w5
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w7 ^ w11))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0xc53d43ce + f, 7); z = (((g ^ h) & f) ^ h) + (e + w7) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 24
    x = w12 ^ w3 ^ rotl<u32>(w9, 15); w12 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w15, 7) ^ w6
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w8 ^ w12))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0x8a7a879d + e, 7); z = (((f ^ g) & e) ^ g) + (h + w8) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 25
    x = w13 ^ w4 ^ rotl<u32>(w10, 15); w13 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w0, 7) ^ w7
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w9 ^ w13))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0x14f50f3b + h, 7); z = (((e ^ f) & h) ^ f) + (g + w9) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 26
    x = w14 ^ w5 ^ rotl<u32>(w11, 15); w14 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w1, 7) ^ w8
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w10 ^ w14))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x29ea1e76 + g, 7); z = (((h ^ e) & g) ^ e) + (f + w10) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 27
    x = w15 ^ w6 ^ rotl<u32>(w12, 15); w15 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w2, 7) ^ w9
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w11 ^ w15))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0x53d43cec + f, 7); z = (((g ^ h) & f) ^ h) + (e + w11) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 28
    x = w0 ^ w7 ^ rotl<u32>(w13, 15); w0 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w3, 7) ^ w10
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w12 ^ w0))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0xa7a879d8 + e, 7); z = (((f ^ g) & e) ^ g) + (h + w12) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 29
    x = w1 ^ w8 ^ rotl<u32>(w14, 15); w1 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w4, 7) ^ w11
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w13 ^ w1))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0x4f50f3b1 + h, 7); z = (((e ^ f) & h) ^ f) + (g + w13) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 30
    x = w2 ^ w9 ^ rotl<u32>(w15, 15); w2 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w5, 7) ^ w12
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w14 ^ w2))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x9ea1e762 + g, 7); z = (((h ^ e) & g) ^ e) + (f + w14) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 31
    x = w3 ^ w10 ^ rotl<u32>(w0, 15); w3 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w6, 7) ^ w13
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w15 ^ w3))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0x3d43cec5 + f, 7); z = (((g ^ h) & f) ^ h) + (e + w15) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 32
    x = w4 ^ w11 ^ rotl<u32>(w1, 15); w4 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w7, 7) ^ w14
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w0 ^ w4))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0x7a879d8a + e, 7); z = (((f ^ g) & e) ^ g) + (h + w0) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 33
    x = w5 ^ w12 ^ rotl<u32>(w2, 15); w5 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w8, 7) ^ w15
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w1 ^ w5))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0xf50f3b14 + h, 7); z = (((e ^ f) & h) ^ f) + (g + w1) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 34
    x = w6 ^ w13 ^ rotl<u32>(w3, 15); w6 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w9, 7) ^ w0
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w2 ^ w6))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0xea1e7629 + g, 7); z = (((h ^ e) & g) ^ e) + (f + w2) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 35
    x = w7 ^ w14 ^ rotl<u32>(w4, 15); w7 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w10, 7) ^ w1
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w3 ^ w7))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0xd43cec53 + f, 7); z = (((g ^ h) & f) ^ h) + (e + w3) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 36
    x = w8 ^ w15 ^ rotl<u32>(w5, 15); w8 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w11, 7) ^ w2
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w4 ^ w8))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0xa879d8a7 + e, 7); z = (((f ^ g) & e) ^ g) + (h + w4) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 37
    x = w9 ^ w0 ^ rotl<u32>(w6, 15); w9 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w12, 7) ^ w3
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w5 ^ w9))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0x50f3b14f + h, 7); z = (((e ^ f) & h) ^ f) + (g + w5) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 38
    x = w10 ^ w1 ^ rotl<u32>(w7, 15); w10 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w13, 7) ^ w4
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w6 ^ w10))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0xa1e7629e + g, 7); z = (((h ^ e) & g) ^ e) + (f + w6) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 39
    x = w11 ^ w2 ^ rotl<u32>(w8, 15); w11 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w14, 7) ^ w5
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w7 ^ w11))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0x43cec53d + f, 7); z = (((g ^ h) & f) ^ h) + (e + w7) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 40
    x = w12 ^ w3 ^ rotl<u32>(w9, 15); w12 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w15, 7) ^ w6
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w8 ^ w12))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0x879d8a7a + e, 7); z = (((f ^ g) & e) ^ g) + (h + w8) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 41
    x = w13 ^ w4 ^ rotl<u32>(w10, 15); w13 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w0, 7) ^ w7
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w9 ^ w13))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0xf3b14f5 + h, 7); z = (((e ^ f) & h) ^ f) + (g + w9) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 42
    x = w14 ^ w5 ^ rotl<u32>(w11, 15); w14 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w1, 7) ^ w8
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w10 ^ w14))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x1e7629ea + g, 7); z = (((h ^ e) & g) ^ e) + (f + w10) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 43
    x = w15 ^ w6 ^ rotl<u32>(w12, 15); w15 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w2, 7) ^ w9
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w11 ^ w15))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0x3cec53d4 + f, 7); z = (((g ^ h) & f) ^ h) + (e + w11) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 44
    x = w0 ^ w7 ^ rotl<u32>(w13, 15); w0 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w3, 7) ^ w10
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w12 ^ w0))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0x79d8a7a8 + e, 7); z = (((f ^ g) & e) ^ g) + (h + w12) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 45
    x = w1 ^ w8 ^ rotl<u32>(w14, 15); w1 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w4, 7) ^ w11
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w13 ^ w1))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0xf3b14f50 + h, 7); z = (((e ^ f) & h) ^ f) + (g + w13) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 46
    x = w2 ^ w9 ^ rotl<u32>(w15, 15); w2 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w5, 7) ^ w12
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w14 ^ w2))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0xe7629ea1 + g, 7); z = (((h ^ e) & g) ^ e) + (f + w14) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 47
    x = w3 ^ w10 ^ rotl<u32>(w0, 15); w3 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w6, 7) ^ w13
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w15 ^ w3))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0xcec53d43 + f, 7); z = (((g ^ h) & f) ^ h) + (e + w15) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 48
    x = w4 ^ w11 ^ rotl<u32>(w1, 15); w4 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w7, 7) ^ w14
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w0 ^ w4))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0x9d8a7a87 + e, 7); z = (((f ^ g) & e) ^ g) + (h + w0) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 49
    x = w5 ^ w12 ^ rotl<u32>(w2, 15); w5 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w8, 7) ^ w15
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w1 ^ w5))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0x3b14f50f + h, 7); z = (((e ^ f) & h) ^ f) + (g + w1) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 50
    x = w6 ^ w13 ^ rotl<u32>(w3, 15); w6 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w9, 7) ^ w0
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w2 ^ w6))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x7629ea1e + g, 7); z = (((h ^ e) & g) ^ e) + (f + w2) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 51
    x = w7 ^ w14 ^ rotl<u32>(w4, 15); w7 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w10, 7) ^ w1
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w3 ^ w7))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0xec53d43c + f, 7); z = (((g ^ h) & f) ^ h) + (e + w3) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 52
    x = w8 ^ w15 ^ rotl<u32>(w5, 15); w8 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w11, 7) ^ w2
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w4 ^ w8))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0xd8a7a879 + e, 7); z = (((f ^ g) & e) ^ g) + (h + w4) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 53
    x = w9 ^ w0 ^ rotl<u32>(w6, 15); w9 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w12, 7) ^ w3
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w5 ^ w9))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0xb14f50f3 + h, 7); z = (((e ^ f) & h) ^ f) + (g + w5) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 54
    x = w10 ^ w1 ^ rotl<u32>(w7, 15); w10 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w13, 7) ^ w4
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w6 ^ w10))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x629ea1e7 + g, 7); z = (((h ^ e) & g) ^ e) + (f + w6) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 55
    x = w11 ^ w2 ^ rotl<u32>(w8, 15); w11 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w14, 7) ^ w5
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w7 ^ w11))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0xc53d43ce + f, 7); z = (((g ^ h) & f) ^ h) + (e + w7) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 56
    x = w12 ^ w3 ^ rotl<u32>(w9, 15); w12 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w15, 7) ^ w6
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w8 ^ w12))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0x8a7a879d + e, 7); z = (((f ^ g) & e) ^ g) + (h + w8) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 57
    x = w13 ^ w4 ^ rotl<u32>(w10, 15); w13 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w0, 7) ^ w7
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w9 ^ w13))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0x14f50f3b + h, 7); z = (((e ^ f) & h) ^ f) + (g + w9) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 58
    x = w14 ^ w5 ^ rotl<u32>(w11, 15); w14 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w1, 7) ^ w8
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w10 ^ w14))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x29ea1e76 + g, 7); z = (((h ^ e) & g) ^ e) + (f + w10) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 59
    x = w15 ^ w6 ^ rotl<u32>(w12, 15); w15 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w2, 7) ^ w9
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w11 ^ w15))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0x53d43cec + f, 7); z = (((g ^ h) & f) ^ h) + (e + w11) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    // 60
    x = w0 ^ w7 ^ rotl<u32>(w13, 15); w0 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w3, 7) ^ w10
    d = (((a ^ c) & (b ^ c)) ^ c) + (d + (w12 ^ w0))
    x = rotl<u32>(a, 12); y = rotl<u32>(x + 0xa7a879d8 + e, 7); z = (((f ^ g) & e) ^ g) + (h + w12) + y
    f = rotl<u32>(f, 19); h = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); d += y ^ x; b = rotl<u32>(b, 9)
    // 61
    x = w1 ^ w8 ^ rotl<u32>(w14, 15); w1 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w4, 7) ^ w11
    c = (((d ^ b) & (a ^ b)) ^ b) + (c + (w13 ^ w1))
    x = rotl<u32>(d, 12); y = rotl<u32>(x + 0x4f50f3b1 + h, 7); z = (((e ^ f) & h) ^ f) + (g + w13) + y
    e = rotl<u32>(e, 19); g = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); c += y ^ x; a = rotl<u32>(a, 9)
    // 62
    x = w2 ^ w9 ^ rotl<u32>(w15, 15); w2 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w5, 7) ^ w12
    b = (((c ^ a) & (d ^ a)) ^ a) + (b + (w14 ^ w2))
    x = rotl<u32>(c, 12); y = rotl<u32>(x + 0x9ea1e762 + g, 7); z = (((h ^ e) & g) ^ e) + (f + w14) + y
    h = rotl<u32>(h, 19); f = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); b += y ^ x; d = rotl<u32>(d, 9)
    // 63
    x = w3 ^ w10 ^ rotl<u32>(w0, 15); w3 = x ^ rotl<u32>(x ^ rotl<u32>(x, 8), 15) ^ rotl<u32>(w6, 7) ^ w13
    a = (((b ^ d) & (c ^ d)) ^ d) + (a + (w15 ^ w3))
    x = rotl<u32>(b, 12); y = rotl<u32>(x + 0x3d43cec5 + f, 7); z = (((g ^ h) & f) ^ h) + (e + w15) + y
    g = rotl<u32>(g, 19); e = z ^ rotl<u32>(z, 9) ^ rotl<u32>(z, 17); a += y ^ x; c = rotl<u32>(c, 9)
    v0 ^= a
    v1 ^= b
    v2 ^= c
    v3 ^= d
    v4 ^= e
    v5 ^= f
    v6 ^= g
    v7 ^= h
  }
  store<u32>(0, v0)
  store<u32>(4, v1)
  store<u32>(8, v2)
  store<u32>(12, v3)
  store<u32>(16, v4)
  store<u32>(20, v5)
  store<u32>(24, v6)
  store<u32>(28, v7)
}
