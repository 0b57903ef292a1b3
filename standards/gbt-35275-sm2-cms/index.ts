/**
 * GB/T 35275-2017 (GM/T 0010) SM2 cryptography message syntax: SignedData. Its structure is PKCS#7 v1.5's, so that reader, checks
 * and writer are those of rfc5652-cms; this folder holds what is the standard's own: its identifiers and its narrower rules.
 */
export { parseSm2SignedData } from './parse-sm2-signed-data.ts'
export { encodeSm2SignedData } from './encode-sm2-signed-data.ts'
