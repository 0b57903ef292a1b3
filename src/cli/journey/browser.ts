/** A person's browser for the journey: cookies by host, redirects by hand, forms as they stand in the page. No script runs. */

export interface Page {
  readonly url: string
  readonly status: number
  readonly text: string
}

interface Cookie {
  readonly value: string
  readonly path: string
}

const HOPS = 20

export class Browser {
  /** Cookies go by host name, not by port: that is how browsers see them too. */
  readonly #jar = new Map<string, Map<string, Cookie>>()

  #cookies(url: URL): string {
    const own = [...(this.#jar.get(url.hostname) ?? new Map<string, Cookie>())]
    return own
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
  }

  #keep(url: URL, headers: readonly string[]): void {
    const jar = this.#jar.get(url.hostname) ?? new Map<string, Cookie>()
    for (const header of headers) {
      const [pair = '', ...attributes] = header.split(/;\s*/)
      const name = pair.slice(0, pair.indexOf('='))
      const value = pair.slice(pair.indexOf('=') + 1)
      const path = attributes.find((a) => /^path=/i.test(a))?.slice(5) ?? '/'
      const gone = attributes.some((a) => /^max-age=0$/i.test(a) || /^expires=.*1970/i.test(a)) || value === ''
      if (gone) jar.delete(name)
      else jar.set(name, { value, path })
    }
    this.#jar.set(url.hostname, jar)
  }

  async #once(url: URL, form: URLSearchParams | undefined, accept: string): Promise<Response> {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(15_000),
      headers: { cookie: this.#cookies(url), accept, ...(form === undefined ? {} : { origin: url.origin }) },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    })
    this.#keep(url, response.headers.getSetCookie())
    return response
  }

  /** Follows redirects to the page that ends them. */
  async visit(address: string, form?: Readonly<Record<string, string>>, accept = 'text/html'): Promise<Page> {
    let url = new URL(address)
    let body = form === undefined ? undefined : new URLSearchParams(form)
    for (let hop = 0; hop < HOPS; hop++) {
      const response = await this.#once(url, body, accept)
      const to = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || to === null)
        return { url: url.href, status: response.status, text: await response.text() }
      await response.body?.cancel()
      url = new URL(to, url)
      body = undefined
    }
    throw new Error(`more than ${HOPS} redirects`)
  }

  async json(address: string): Promise<unknown> {
    return JSON.parse((await this.visit(address, undefined, 'application/json')).text)
  }

  /** Submits the form of a page that has a field of this name, hidden fields included. */
  async submit(page: Page, values: Readonly<Record<string, string>>): Promise<Page> {
    const [wanted = ''] = Object.keys(values)
    const form = [...page.text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].find(([, , inner = '']) =>
      inner.includes(`name="${wanted}"`),
    )
    if (form === undefined) throw new Error(`the page has no form with ${wanted}`)
    const [, attributes = '', inner = ''] = form
    const hidden = [...inner.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(
      ([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')] as const,
    )
    return this.visit(new URL(attribute(attributes, 'action'), page.url).href, {
      ...Object.fromEntries(hidden),
      ...values,
    })
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}
const attribute = (tag: string, name: string): string =>
  (new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '').replace(/&(amp|lt|gt|quot|#39);/g, (e) => ENTITIES[e] ?? e)
