/**
 * Production refuses the demonstration, whatever way it comes in: its people and organisations at the registries, its passwords at
 * registration and at sign-in, its clients at registration and at every use. So a database or a settings file that was once a
 * demonstration opens nothing. Ports are wrapped here, at the root; no domain knows that there is a demonstration.
 */
import { isDemonstrationCitizenId, isDemonstrationConstant, isDemonstrationUscc } from './demonstration.ts'
import { TrustError } from './errors.ts'
import type { FieldCipher, IdentityDeps } from './identity/index.ts'
import type { OidcStore } from './oidc/index.ts'
import { SECRET_COLUMN } from './oidc/index.ts'

const REFUSED = 'belongs to the demonstration and is refused in production'

type People = Pick<IdentityDeps, 'passwords' | 'populationRegistry' | 'legalEntityRegistry'>

export const refuseDemonstrationPeople = ({ passwords, populationRegistry, legalEntityRegistry }: People): People => ({
  passwords: {
    hash: (password) => {
      if (isDemonstrationConstant(password))
        throw new TrustError('PASSWORD_WEAK', `the password ${REFUSED}`, { field: 'password' })
      return passwords.hash(password)
    },
    // Compared all the same: the time it takes must not tell.
    matches: async (password, stored) =>
      (await passwords.matches(password, stored)) && !isDemonstrationConstant(password),
  },
  populationRegistry: {
    matchPerson: (question) => {
      requireReal(question.citizenIdNumber)
      return populationRegistry.matchPerson(question)
    },
  },
  legalEntityRegistry: {
    matchEntity: (question) => {
      requireReal(question.representative.citizenIdNumber)
      if (isDemonstrationUscc(question.uscc))
        throw new TrustError('USCC_INVALID', `the code ${REFUSED}`, { field: 'uscc' })
      return legalEntityRegistry.matchEntity(question)
    },
  },
})

const requireReal = (citizenIdNumber: string): void => {
  if (isDemonstrationCitizenId(citizenIdNumber))
    throw new TrustError('CITIZEN_ID_INVALID', `the number ${REFUSED}`, { field: 'citizenIdNumber' })
}

type Clients = OidcStore['clients']
type Row = Parameters<Clients['insert']>[1]

const hasDemonstrationKeys = (cipher: FieldCipher, { secretSealed, metadata }: Row): boolean => {
  if (secretSealed !== undefined && isDemonstrationConstant(cipher.decrypt(SECRET_COLUMN, secretSealed))) return true
  const { keys = [] } = (metadata['jwks'] ?? {}) as { readonly keys?: readonly { readonly x?: unknown }[] }
  return keys.some(({ x }) => typeof x === 'string' && isDemonstrationConstant(x))
}

export const refuseDemonstrationClients = (store: OidcStore, cipher: FieldCipher): OidcStore => {
  const require = (client: Row): void => {
    if (hasDemonstrationKeys(cipher, client))
      throw new TrustError('INPUT_INVALID', `the key or secret ${REFUSED}`, { field: 'secret' })
  }
  const { clients } = store
  return {
    ...store,
    clients: {
      ...clients,
      insert: async (tx, client) => {
        require(client)
        return clients.insert(tx, client)
      },
      replace: async (tx, client) => {
        require(client)
        await clients.replace(tx, client)
      },
      find: async (clientId) => {
        const client = await clients.find(clientId)
        return client !== undefined && hasDemonstrationKeys(cipher, client) ? undefined : client
      },
    },
  }
}
