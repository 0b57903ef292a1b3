/** How long things live, in seconds. A session ends this long after its sign-in, however busy. */
export const SESSION = 8 * 3_600
export const ANONYMOUS_SESSION = 1_800
export const INTERACTION = 1_800
export const CODE = 60
export const ACCESS_TOKEN = 600
export const ID_TOKEN = 600
/** For portals that can neither be called nor fetch, unless they ask for another. */
export const LEASE = 300
export const REFRESH_TOKEN = SESSION
/** Outlives every session, so that it never is what ends one. */
export const GRANT = SESSION + 3_600
