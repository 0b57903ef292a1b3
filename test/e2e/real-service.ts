/** The service as a user starts it, on a folder of its own, and files that its approval system made: what counterparties bring. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectApprovalSystem } from '../../examples/approval-system.ts'
import type { ApprovalSystem } from '../../examples/approval-system.ts'
import { sampleOfd, samplePdf } from '../../examples/sample-documents.ts'
import { world } from '../../examples/world.ts'

const START = fileURLToPath(new URL('../../bin/start.mjs', import.meta.url))
const READY_MS = 90_000

export interface RealService {
  readonly url: string
  /** The two sample sub-portals. */
  readonly portals: readonly [string, string]
  readonly approval: ApprovalSystem
  stop(): Promise<void>
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const untilReady = async (url: string, child: ChildProcess): Promise<void> => {
  const end = Date.now() + READY_MS
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`)
    const ready = await fetch(`${url}/health/ready`).then(
      (r) => r.ok,
      () => false,
    )
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('the service did not become ready')
}

const connect = (publicUrl: string): Promise<ApprovalSystem> => {
  const client = world.clients.find((c) => c.kind === 'approval-system')
  if (client?.authentication.method !== 'private_key_jwt') throw new Error('world.json has no approval system')
  return connectApprovalSystem({ publicUrl, clientId: client.id, privateJwk: client.authentication.privateJwk })
}

/** Spawns `npm start`'s program. `stop` ends it and removes its folder. */
export const startService = async (): Promise<RealService> => {
  const data = await mkdtemp(join(tmpdir(), 'xinyin-e2e-'))
  const port = await freePort()
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [START], {
    env: { PATH, HOME, XINYIN_DATA: data, PORT: String(port), LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit')
    await rm(data, { recursive: true, force: true })
  }
  try {
    const url = `http://localhost:${port}`
    await untilReady(url, child)
    const { portals } = (await (await fetch(`${url}/demo.json`)).json()) as { portals: readonly { url: string }[] }
    const [first, second] = portals
    if (first === undefined || second === undefined) throw new Error('two sample portals are needed')
    return { url, portals: [first.url, second.url], approval: await connect(url), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

export interface Brought {
  readonly name: string
  readonly bytes: Uint8Array
}

export interface BroughtFiles {
  readonly sealedOfd: Brought
  readonly sealedPdf: Brought
  readonly licence: Brought & { readonly id: string; readonly number: string }
  readonly tampered: Brought
  readonly unsigned: Brought
}

const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((b, i) => (i === at ? b ^ 1 : b))

/** Stamped and issued by the approval system over HTTP, for 云湖示例科技有限公司. */
export const makeFiles = async (approval: ApprovalSystem): Promise<BroughtFiles> => {
  const seal = (await approval.seals()).find((s) => s.status === 'active')
  const holder = world.entities.find((e) => e.id === 'shili')
  if (seal === undefined || holder === undefined) throw new Error('the demonstration has no seal or no enterprise')
  const ofd = await sampleOfd('2026-11-21')
  const place = { sealId: seal.id, page: 1, xMm: 150, yMm: 220, reason: '行政许可决定用印' }
  const sealed = await approval.stamp({ ...place, document: ofd, mediaType: 'application/ofd' })
  const pdf = await approval.stamp({ ...place, document: samplePdf(), mediaType: 'application/pdf' })
  const number = 'JY20261121000001'
  const { id } = await approval.issue({
    typeCode: '11990000MB09900163009',
    sealId: seal.id,
    holder: { kind: 'entity', name: holder.name, code: holder.uscc },
    number,
    caseNumber: 'E2E-1',
    fields: {
      FDDBR: '周示范',
      JYCS: '云湖省澄州市样本街 1 号',
      ZTYT: '食品销售经营者',
      JYXM: '预包装食品、散装食品（茶叶）',
    },
  })
  return {
    sealedOfd: { name: '准予许可决定书.ofd', bytes: sealed },
    sealedPdf: { name: '准予许可决定书.pdf', bytes: pdf },
    licence: { name: '食品经营许可证.ofd', bytes: await approval.licenceFile(id), id, number },
    tampered: { name: '改动过.pdf', bytes: flipped(pdf, Math.floor(pdf.length / 8)) },
    unsigned: { name: '没有盖章.ofd', bytes: ofd },
  }
}
