/** The worker of verify-pool.ts: a file, a time and a trust folder in, a report out; it knows no database, no key and no network. */
import { parentPort } from 'node:worker_threads'
import { makeRememberingCrypto, nodeCrypto } from '../crypto/node.ts'
import type { TrustFiles } from '../verification/index.ts'
import { loadTrust, verifyDocument } from '../verification/index.ts'
import type { VerifyAnswer, VerifyTask } from './verify-pool.ts'

const crypto = makeRememberingCrypto(nodeCrypto)
let loaded = loadTrust(new Map<string, Uint8Array>(), crypto)

/** The publisher makes the folder anew every second, mostly with the same content. */
let loadedFrom = ''
const fingerprint = (files: TrustFiles): string =>
  [...files]
    .filter(([path]) => path !== 'manifest.json')
    .map(([path, bytes]) => `${path} ${Buffer.from(nodeCrypto.digest('sha256', bytes)).toString('hex')}`)
    .join('\n')

const believe = (files: TrustFiles): void => {
  const print = fingerprint(files)
  if (print === loadedFrom) return
  loaded = loadTrust(files, crypto)
  loadedFrom = print
}

const answer = ({ trust, bytes, at, mode }: VerifyTask): VerifyAnswer => {
  try {
    if (trust !== undefined) believe(trust)
    return { kind: 'report', report: verifyDocument({ bytes, crypto, trust: loaded.trust, at, mode }) }
  } catch (error) {
    return { kind: 'fault', name: error instanceof Error ? error.name : 'unknown' }
  }
}

parentPort?.on('message', (task: VerifyTask) => parentPort?.postMessage(answer(task)))
parentPort?.postMessage({ kind: 'ready' } satisfies VerifyAnswer)
