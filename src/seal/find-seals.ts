/** Questions that pages and routes ask about seals. They read, and decide nothing; who may ask is the caller's business. */
import type { SealDeps, StatusChange } from './ports.ts'
import type { Seal, SealApplication } from './seal.ts'

type Deps = Pick<SealDeps, 'store'>

/** Newest first. */
export const findSeals = ({ store }: Deps, entityId: string): Promise<Seal[]> => store.seals.ofEntity(entityId)

export const findSeal = ({ store }: Deps, sealId: string): Promise<Seal | undefined> => store.seals.find(sealId)

/** Oldest first. */
export const findSealHistory = ({ store }: Deps, sealId: string): Promise<StatusChange[]> =>
  store.seals.timeline(sealId)

/** Newest first. */
export const findSealApplications = ({ store }: Deps, entityId: string): Promise<SealApplication[]> =>
  store.applications.ofEntity(entityId)

export const findSealApplication = ({ store }: Deps, id: string): Promise<SealApplication | undefined> =>
  store.applications.find(id)
