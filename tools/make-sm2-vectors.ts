/**
 * Makes test/vectors/sm2: SM2 test vectors in Wycheproof's JSON form, most of them negative. The same bytes every time: all
 * numbers are drawn from labels. test/conformance/crypto/sm2-vectors.test.ts makes them again and compares.
 * Run: npx node tools/make-sm2-vectors.ts
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { digestGroups } from './sm2-vectors/digest-cases.ts'
import { encryptGroups } from './sm2-vectors/encrypt-cases.ts'
import { keyGroups } from './sm2-vectors/key-cases.ts'
import { DIGEST_NOTES, ENCRYPT_NOTES, KEY_NOTES, VERIFY_NOTES } from './sm2-vectors/notes.ts'
import { verifyGroups } from './sm2-vectors/verify-cases.ts'
import type { VectorFile } from './sm2-vectors/wycheproof.ts'
import { vectorFile } from './sm2-vectors/wycheproof.ts'

const folder = new URL('../test/vectors/sm2/', import.meta.url)

const SHARED = [
  'Numbers and octets are hexadecimal. `reason` says why a case must fail, or holds.',
  'CC0-1.0: see README.md.',
]

const FILES: Readonly<Record<string, () => VectorFile>> = {
  'sm2_verify_test.json': () => ({
    algorithm: 'SM2',
    header: [
      'SM2 signatures (GB/T 32918.2, GB/T 35276: DER of SEQUENCE { r, s }) over SM3(Z || msg).',
      'The id of the signer is the group’s `id`, in most groups the default 1234567812345678.',
      ...SHARED,
    ],
    notes: VERIFY_NOTES,
    groups: verifyGroups(),
  }),
  'sm2_verify_digest_test.json': () => ({
    algorithm: 'SM2',
    header: [
      'SM2 signatures over a given digest e of 32 octets, for implementations and devices that take e.',
      'Only so can the edges of the arithmetic be reached on purpose.',
      ...SHARED,
    ],
    notes: DIGEST_NOTES,
    groups: digestGroups(),
  }),
  'sm2_encrypt_test.json': () => ({
    algorithm: 'SM2-Encryption',
    header: [
      'SM2 ciphertexts (GB/T 32918.4) with the private key that opens them: DER SM2Cipher (GB/T 35276), or 04 || x1 || y1 || C3 || C2.',
      '`msg` is what a valid one opens to, and what an invalid one opens to where its fault is overlooked.',
      ...SHARED,
    ],
    notes: ENCRYPT_NOTES,
    groups: encryptGroups(),
  }),
  'sm2_key_test.json': () => ({
    algorithm: 'SM2-Keys',
    header: ['SM2 keys: an implementation must refuse the invalid ones when it reads them.', ...SHARED],
    notes: KEY_NOTES,
    groups: keyGroups(),
  }),
}

export const SM2_VECTOR_FILES = Object.keys(FILES)

/** The text of a file. */
export const makeSm2Vectors = (name: string): string => {
  const make = FILES[name]
  if (make === undefined) throw new Error(`no such file: ${name}`)
  return vectorFile(make())
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const name of SM2_VECTOR_FILES) writeFileSync(new URL(name, folder), makeSm2Vectors(name))
