/**
 * Applies for a pair of certificates and stops for ever at a chosen moment, to be killed there: `journalled`, before the CA's key has
 * signed; `signed`, after it has, while the result is being recorded. Arguments: database, master key in base64, moment.
 */
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { fromBase64 } from '../../../standards/bytes.ts'
import { applyForCertificate } from '../../../src/pki/enrolment/index.ts'
import type { EnrolmentDeps } from '../../../src/pki/enrolment/index.ts'
import { enrolmentWorld, newRequest } from '../../unit/pki/enrolment-world.ts'

const [url = '', masterKey = '', moment = ''] = process.argv.slice(2)

const stopHere = (): Promise<never> => {
  process.stdout.write('HERE\n')
  setInterval(() => undefined, 1_000)
  return new Promise(() => undefined)
}

const w = await enrolmentWorld(openPostgres(url, 4), fromBase64(masterKey))
const authorities = w.deps.pki.authorities.map((a) => ({
  ...a,
  signer: async () => ({ ...(await a.signer()), sign: stopHere }),
}))
const { store } = w.deps.pki
const recording: EnrolmentDeps['pki']['store'] = {
  ...store,
  complete: async (...args) => {
    await store.complete(...args)
    return stopHere()
  },
}
const pki = moment === 'journalled' ? { ...w.deps.pki, authorities } : { ...w.deps.pki, store: recording }
const { csr } = await newRequest()
const who = { holder: w.own('citizen'), agent: w.agents.citizen, strength: 'urn:xinyin:acr:2' } as const
await applyForCertificate({ ...w.deps, pki }, { ...who, csr, dual: true })
