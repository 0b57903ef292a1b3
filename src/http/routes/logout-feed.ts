/**
 * The feed of ended sessions, for portals that cannot be called: security event tokens by HTTP poll (RFC 8936). The portal shows an
 * access token of its own (client credentials, scope `logout.feed`) and sees nothing but what concerns itself.
 */
import { z } from 'zod'
import { TrustError } from '../../errors.ts'
import type { FeedPage, FeedPoll } from '../../oidc/index.ts'
import { FEED_SCOPE } from '../../oidc/index.ts'
import { jsonBody } from '../body.ts'
import { json } from '../reply.ts'
import type { AnyRoute } from '../route.ts'
import { route } from '../route.ts'

export const LOGOUT_FEED = '/logout-feed'

const MOST = 100
const id = z.string().min(1).max(128)
/** Members of RFC 8936 §2.2; others are passed over, as extensions may bring them. */
const pollSchema = z.object({
  maxEvents: z.int().min(0).optional(),
  returnImmediately: z.boolean().optional(),
  ack: z.array(id).max(1_000).optional(),
  setErrs: z
    .record(id, z.object({ err: z.string().regex(/^[A-Za-z0-9_]{1,64}$/) }))
    .refine((errors) => Object.keys(errors).length <= 1_000)
    .optional(),
})

export const logoutFeedRoutes = (poll: (poll: FeedPoll) => Promise<FeedPage>): readonly AnyRoute[] => [
  route({
    method: 'POST',
    path: LOGOUT_FEED,
    access: FEED_SCOPE,
    kind: 'api',
    summary: 'What ended for this portal, as security event tokens (RFC 8936); acknowledges what it took in',
    body: jsonBody(pollSchema, 256 * 1_024),
    handler: async ({ caller, body, raw }) => {
      if (caller.kind !== 'client') throw new TrustError('FORBIDDEN', 'the feed is for portals, with their own token')
      const { maxEvents = MOST, returnImmediately = false, ack = [], setErrs = {} } = body
      const page = await poll({
        clientId: caller.clientId,
        maxEvents: Math.min(maxEvents, MOST),
        returnImmediately,
        ack,
        setErrs: Object.fromEntries(Object.entries(setErrs).map(([jti, { err }]) => [jti, err])),
        gone: () => raw.req.socket.destroyed,
      })
      const reply = json({ sets: page.sets, ...(page.moreAvailable ? { moreAvailable: true } : {}) })
      return { ...reply, headers: { 'cache-control': 'no-store' } } as typeof reply
    },
  }),
]
