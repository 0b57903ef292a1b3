/**
 * `xinyin journey [--url URL] [--ofd FILE] [--pdf FILE] [--out DIR]`: the whole main job against a running demonstration, as outside
 * programs do it: browsers at two sub-portals, an approval system, a counterparty. Exit 0 only if every step did what it should.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { ApprovalSystem } from '../../examples/approval-system.ts'
import { connectApprovalSystem } from '../../examples/approval-system.ts'
import { sampleOfd, samplePdf } from '../../examples/sample-documents.ts'
import { world } from '../../examples/world.ts'
import { portableCrypto } from '../crypto/index.ts'
import { chinaDay } from '../licence/index.ts'
import { loadTrust, reportToJson, verifyDocument } from '../verification/index.ts'
import { EXIT, UsageError } from './exit.ts'
import * as steps from './journey/steps.ts'
import { print } from './print.ts'

const HELP = `xinyin journey [--url URL] [--ofd FILE] [--pdf FILE] [--out DIR]
  对运行中的演示服务走完整个流程：登录、单点退出、用印、发证、核验。
  Runs the whole main job against a running demonstration; leaves its files in DIR (default ./out).`

interface Settings {
  readonly url: string
  readonly out: string
  readonly ofd?: string
  readonly pdf?: string
}

const settingsOf = (args: readonly string[]): Settings | undefined => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        out: { type: 'string' },
        ofd: { type: 'string' },
        pdf: { type: 'string' },
        help: { type: 'boolean' },
      },
    })
    if (values.help === true) return undefined
    const { ofd, pdf } = values
    return {
      url: (values.url ?? 'http://localhost:3000').replace(/\/+$/, ''),
      out: values.out ?? 'out',
      ...(ofd === undefined ? {} : { ofd }),
      ...(pdf === undefined ? {} : { pdf }),
    }
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message}\n\n${HELP}`)
  }
}

/** Prints each step with its time; the first failure ends the journey. */
const makeTeller = () => {
  let number = 0
  return async <T>(what: string, work: () => Promise<T>, say?: (value: T) => string): Promise<T> => {
    number += 1
    const started = performance.now()
    try {
      const value = await work()
      const note = say === undefined ? '' : `：${say(value)}`
      print(`✓ ${String(number).padStart(2)} ${what}${note}  (${Math.round(performance.now() - started)} ms)`)
      return value
    } catch (error) {
      print(`✗ ${String(number).padStart(2)} ${what}`, `     ${(error as Error).message}`)
      throw new JourneyFailed()
    }
  }
}
type Tell = ReturnType<typeof makeTeller>
class JourneyFailed extends Error {}

const account = (person: string): steps.Person => {
  const found = world.accounts.find((a) => a.person === person)
  if (found === undefined) throw new Error(`world.json has no account of ${person}`)
  return { loginName: found.loginName, password: found.password }
}

const need = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(what)
  return value
}
const enterprise = need(
  world.entities.find((e) => e.id === 'shili'),
  'world.json has no shili',
)
const representative = need(
  world.people.find((p) => p.id === enterprise.legalRepresentative),
  'world.json has no representative of shili',
)

interface DemoInfo {
  readonly portals: readonly { readonly name: string; readonly url: string }[]
}

const findPortals = async (url: string): Promise<readonly [string, string]> => {
  const { portals } = JSON.parse(new TextDecoder().decode(await steps.download(`${url}/demo.json`))) as DemoInfo
  const [first, second] = portals
  if (first === undefined || second === undefined) throw new Error('this service runs no demonstration portals')
  return [first.url, second.url]
}

const signInJourney = async (tell: Tell, [first, second]: readonly [string, string]): Promise<void> => {
  const citizen = new steps.Browser()
  const agent = new steps.Browser()
  await tell('公民在第二个子门户用实名账户登录', async () => {
    const { state, askedPassword } = await steps.signInAt(citizen, second, { person: account('lin') })
    steps.expect(askedPassword, 'no password was asked for')
    steps.expect(typeof state.claims?.['name'] === 'string', 'the portal did not get the name')
  })
  await tell('公民进入第一个子门户，不再输入密码', async () => {
    const { askedPassword } = await steps.signInAt(citizen, first, { person: account('lin') })
    steps.expect(!askedPassword, 'the password was asked for again')
  })
  await tell('经办人代表企业在第一个子门户登录', async () => {
    const { state } = await steps.signInAt(agent, first, { person: account('lin'), actFor: enterprise.name })
    steps.expect(
      JSON.stringify(state.claims?.verified_claims ?? '').includes(enterprise.uscc),
      'the portal did not get the authority',
    )
  })
  await tell('经办人进入第二个子门户，不再输入密码', async () => {
    const { askedPassword } = await steps.signInAt(agent, second, { person: account('lin') })
    steps.expect(!askedPassword, 'the password was asked for again')
  })
  await tell(
    '公民在一个门户退出，两个门户同时退出',
    () => steps.signOutEverywhere(citizen, second, [first]),
    (ms) => `全部退出用时 ${Math.round(ms)} ms`,
  )
  await tell('经办人在另一个浏览器里的会话不受影响', async () => {
    steps.expect((await steps.portalState(agent, first)).signedIn, 'the other session was ended too')
  })
  await tell(
    '经办人退出',
    () => steps.signOutEverywhere(agent, first, [second]),
    (ms) => `全部退出用时 ${Math.round(ms)} ms`,
  )
}

interface Made {
  readonly name: string
  readonly mediaType: 'application/ofd' | 'application/pdf'
  readonly bytes: Uint8Array
}

const connect = (url: string): Promise<ApprovalSystem> => {
  const client = need(
    world.clients.find((c) => c.kind === 'approval-system'),
    'world.json has no approval system',
  )
  if (client.authentication.method !== 'private_key_jwt') throw new Error('the approval system has no key')
  return connectApprovalSystem({ publicUrl: url, clientId: client.id, privateJwk: client.authentication.privateJwk })
}

const sealingJourney = async (tell: Tell, settings: Settings): Promise<readonly Made[]> => {
  const now = new Date()
  const approval = await tell('审批系统用私钥取得令牌', () => connect(settings.url))
  const ofd = settings.ofd === undefined ? await sampleOfd(chinaDay(now)) : new Uint8Array(await readFile(settings.ofd))
  const pdf = settings.pdf === undefined ? samplePdf() : new Uint8Array(await readFile(settings.pdf))
  const sealedOfd = await tell(
    '审批系统给 OFD 加盖电子印章',
    () => steps.stamp(approval, ofd, 'application/ofd'),
    (b) => `${b.length} 字节`,
  )
  const sealedPdf = await tell(
    '审批系统给 PDF 加盖电子印章',
    () => steps.stamp(approval, pdf, 'application/pdf'),
    (b) => `${b.length} 字节`,
  )
  const licence = await tell(
    '审批系统向企业签发电子证照',
    () => issue(approval, now),
    (l) => l.licenceId,
  )
  const file = await tell(
    '取回证照文件',
    () => approval.licenceFile(licence.id),
    (b) => `${b.length} 字节`,
  )
  return [
    { name: 'sealed.ofd', mediaType: 'application/ofd', bytes: sealedOfd },
    { name: 'sealed.pdf', mediaType: 'application/pdf', bytes: sealedPdf },
    { name: 'licence.ofd', mediaType: 'application/ofd', bytes: file },
  ]
}

const issue = async (
  approval: ApprovalSystem,
  now: Date,
): Promise<{ readonly id: string; readonly licenceId: string }> => {
  const seal = need(
    (await approval.seals()).find((s) => s.status === 'active'),
    'the office has no active seal',
  )
  const serial = String(now.getTime()).padStart(14, '0').slice(-14)
  return approval.issue({
    typeCode: '11990000MB09900163009',
    sealId: seal.id,
    holder: { kind: 'entity', name: enterprise.name, code: enterprise.uscc },
    number: `JY${serial}`,
    caseNumber: `JOURNEY-${serial}`,
    fields: {
      FDDBR: representative.name,
      JYCS: '云湖省澄州市样本街 1 号',
      ZTYT: '食品销售经营者',
      JYXM: '预包装食品、散装食品（茶叶）',
    },
  })
}

const save = async (out: string, files: Iterable<readonly [string, Uint8Array | string]>): Promise<void> => {
  for (const [name, content] of files) {
    await mkdir(dirname(join(out, name)), { recursive: true })
    await writeFile(join(out, name), content)
  }
}

const CLI = fileURLToPath(new URL('./main.ts', import.meta.url))

/** The command line, as a counterparty would run it on a machine without network. */
const verifyOffline = (out: string, name: string, at: string): unknown => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [CLI, 'verify', join(out, name), '--trust', join(out, 'trust'), '--at', at, '--json'],
    {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  )
  if (status === null || status > 2) throw new Error(stderr)
  return JSON.parse(stdout)
}

const verifyJourney = async (tell: Tell, { url, out }: Settings, made: readonly Made[]): Promise<void> => {
  await save(
    out,
    made.map((m) => [m.name, m.bytes] as const),
  )
  const files = await tell(
    '对方单位取得信任材料（根证书、吊销列表、状态列表）',
    () => steps.downloadTrust(url),
    (f) => `${f.size} 个文件`,
  )
  await save(
    out,
    [...files].map(([path, bytes]) => [`trust/${path}`, bytes] as const),
  )
  const { trust } = loadTrust(files, portableCrypto)
  const at = new Date().toISOString()
  for (const { name, mediaType, bytes } of made) {
    const overHttp = await tell(`核验 ${name}：网上`, async () =>
      requireValid(await steps.verifyOverHttp({ base: url, file: bytes, mediaType, at })),
    )
    await save(out, [[`${name}.report.json`, JSON.stringify(overHttp, null, 2)]])
    await tell(`核验 ${name}：离线命令行，报告与网上一致`, async () =>
      requireSame(verifyOffline(out, name, at), overHttp),
    )
    await tell(`核验 ${name}：浏览器页面所用的代码，报告一致`, async () =>
      requireSame(
        reportToJson(verifyDocument({ bytes, crypto: portableCrypto, trust, at: new Date(at), mode: 'compat' })),
        overHttp,
      ),
    )
  }
  for (const { name, mediaType, bytes } of made)
    await tell(`改动 ${name} 一个字节以后不再有效`, async () => {
      const report = await steps.verifyOverHttp({ base: url, file: changed(bytes, mediaType), mediaType, at })
      steps.expect(steps.verdictOfJson(report) === 'invalid', `the verdict was ${steps.verdictOfJson(report)}`)
    })
}

const requireValid = (report: unknown): unknown => {
  const { verdict, checks, reports } = report as {
    verdict: string
    checks: readonly Line[]
    reports: readonly { checks: readonly Line[] }[]
  }
  const open = [...checks, ...reports.flatMap((r) => r.checks)].filter(
    (c) => c.outcome === 'fail' || c.outcome === 'unknown',
  )
  steps.expect(verdict === 'valid', `${verdict}: ${open.map((c) => `${c.name} ${c.reason ?? ''}`).join(', ')}`)
  return report
}
interface Line {
  readonly name: string
  readonly outcome: string
  readonly reason?: string
}

const requireSame = (report: unknown, other: unknown): unknown => {
  const order = (value: unknown): string =>
    JSON.stringify(value, (_key, v: unknown) => (isRecord(v) ? Object.fromEntries(Object.entries(v).sort()) : v))
  steps.expect(order(report) === order(other), 'the reports differ')
  return report
}
const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

/** In the middle of the first signed part: page content of the PDF, a compressed file of the OFD. */
const changed = (bytes: Uint8Array, mediaType: Made['mediaType']): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  const at = mediaType === 'application/pdf' ? Math.floor(copy.length / 8) : 90
  copy[at] = (copy[at] as number) ^ 1
  return copy
}

export const run = async (args: readonly string[]): Promise<number> => {
  const settings = settingsOf(args)
  if (settings === undefined) {
    print(...HELP.split('\n'))
    return EXIT.valid
  }
  const tell = makeTeller()
  const started = performance.now()
  try {
    await tell('服务已就绪', async () =>
      steps.expect((await steps.download(`${settings.url}/health/ready`)).length > 0, 'not ready'),
    )
    await signInJourney(tell, await tell('找到两个示例子门户', () => findPortals(settings.url)))
    const made = await sealingJourney(tell, settings)
    await verifyJourney(tell, settings, made)
  } catch (error) {
    if (error instanceof JourneyFailed) return 1
    throw error
  }
  print(`全部完成，用时 ${((performance.now() - started) / 1000).toFixed(1)} 秒。文件在 ${settings.out}/`)
  return EXIT.valid
}
