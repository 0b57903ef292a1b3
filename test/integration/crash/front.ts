/** A reverse proxy as an operator has one: takes turns among the processes that accept, and goes on to the next when one does not. */
import { createServer, request } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Front {
  readonly url: string
  close(): Promise<void>
}

export const startFront = async (ports: readonly number[]): Promise<Front> => {
  let turn = 0
  const pass = (req: IncomingMessage, res: ServerResponse, { body, tries }: { body: Buffer; tries: number }): void => {
    const port = ports[turn++ % ports.length]
    const { method, url: path, headers } = req
    const out = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(res).on('error', () => answer.destroy())
      answer.on('error', () => res.destroy())
    })
    out.on('error', (error: NodeJS.ErrnoException) => {
      // Only what was never accepted may be asked of another.
      if (error.code === 'ECONNREFUSED' && tries > 0) pass(req, res, { body, tries: tries - 1 })
      else res.destroy()
    })
    out.end(body)
  }
  const server = createServer((req, res) => {
    // Read whole, so that it can be sent a second time.
    const parts: Buffer[] = []
    req.on('data', (part: Buffer) => parts.push(part))
    req.on('end', () => pass(req, res, { body: Buffer.concat(parts), tries: ports.length - 1 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
