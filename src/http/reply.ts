/** What a handler answers: plain values, written to the wire in one place. */
export type Reply =
  | { readonly type: 'json'; readonly status?: number; readonly value: unknown; readonly headers?: Headers_ }
  | { readonly type: 'html'; readonly status?: number; readonly html: string; readonly headers?: Headers_ }
  | {
      readonly type: 'bytes'
      readonly status?: number
      readonly mediaType: string
      readonly bytes: Uint8Array | string
      readonly fileName?: string
      readonly headers?: Headers_
    }
  | { readonly type: 'redirect'; readonly to: string; readonly headers?: Headers_ }
  /** The handler has answered on the raw response (OpenID interactions). */
  | { readonly type: 'answered' }

type Headers_ = Readonly<Record<string, string>>

export const json = (value: unknown, status = 200): Reply => ({ type: 'json', value, status })
export const page = (html: { toString(): string }, status = 200): Reply => ({
  type: 'html',
  html: html.toString(),
  status,
})
export const redirect = (to: string): Reply => ({ type: 'redirect', to })
export const bytes = (mediaType: string, content: Uint8Array | string, fileName?: string): Reply => ({
  type: 'bytes',
  mediaType,
  bytes: content,
  ...(fileName === undefined ? {} : { fileName }),
})
export const answered: Reply = { type: 'answered' }
