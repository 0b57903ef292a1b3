/** The nine limbs of an element of the integer field, 32 bits each in memory, as 64 bits to reckon with. */
// @ts-ignore: decorator
@inline export function l0(p: usize): i64 {
  return load<i32>(p) as i64
}
// @ts-ignore: decorator
@inline export function l1(p: usize): i64 {
  return load<i32>(p, 4) as i64
}
// @ts-ignore: decorator
@inline export function l2(p: usize): i64 {
  return load<i32>(p, 8) as i64
}
// @ts-ignore: decorator
@inline export function l3(p: usize): i64 {
  return load<i32>(p, 12) as i64
}
// @ts-ignore: decorator
@inline export function l4(p: usize): i64 {
  return load<i32>(p, 16) as i64
}
// @ts-ignore: decorator
@inline export function l5(p: usize): i64 {
  return load<i32>(p, 20) as i64
}
// @ts-ignore: decorator
@inline export function l6(p: usize): i64 {
  return load<i32>(p, 24) as i64
}
// @ts-ignore: decorator
@inline export function l7(p: usize): i64 {
  return load<i32>(p, 28) as i64
}
// @ts-ignore: decorator
@inline export function l8(p: usize): i64 {
  return load<i32>(p, 32) as i64
}
