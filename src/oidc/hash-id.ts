/** Ids of codes, tokens and sessions are kept as hashes: who reads the database cannot use them. They are random, so no salt. */
import { createHash } from 'node:crypto'

export const hashId = (id: string): string => createHash('sha256').update(id).digest('base64url')
