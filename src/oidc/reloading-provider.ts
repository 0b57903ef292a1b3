/**
 * The library reads its keys when it is made and never again. It keeps everything else in the store, so when the keys have changed
 * another one is made beside it: requests under way end with the one that they began with.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { default as Provider } from 'oidc-provider'

/** Stands for the newest. `make` is called again whenever `version` gives another text. */
export const reloadingProvider = (make: () => Provider, version: () => string): Provider => {
  let made = { version: version(), provider: make() }
  const newest = (): Provider => {
    const now = version()
    if (now !== made.version) made = { version: now, provider: make() }
    return made.provider
  }
  const callbacks = new WeakMap<Provider, ReturnType<Provider['callback']>>()
  const callback = () => (req: IncomingMessage, res: ServerResponse) => {
    const provider = newest()
    const serve = callbacks.get(provider) ?? provider.callback()
    callbacks.set(provider, serve)
    return serve(req, res)
  }
  return new Proxy(made.provider, {
    get: (_first, name) => {
      if (name === 'callback') return callback
      const provider = newest()
      const value: unknown = Reflect.get(provider, name, provider)
      // Classes (Session, Client …) have capital letters and need no binding.
      const isMethod = typeof value === 'function' && typeof name === 'string' && /^[a-z]/.test(name)
      return isMethod ? (value.bind(provider) as unknown) : value
    },
  })
}
