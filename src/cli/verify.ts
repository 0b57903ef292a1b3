/**
 * `xinyin verify FILE`: verifies one file offline, with the trust of a folder and at a given time. Exit 0 valid, 1 invalid (broken
 * bytes too), 2 indeterminate, 3 wrong usage or a file that cannot be read. Refuses files over 512 MB.
 */
import { open } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { nodeCrypto } from '../crypto/node.ts'
import { systemClock } from '../kernel/index.ts'
import { reportToJson, verifyDocument } from '../verification/index.ts'
import { EXIT, fileFault, usage } from './exit.ts'
import { parseInstant } from './instant.ts'
import { openTrust } from './offline.ts'
import { complain, print } from './print.ts'
import { reportLines } from './report-text.ts'

export const VERIFY_HELP = `xinyin verify FILE [--trust DIR] [--at TIME] [--json] [--strict]

  核验一份 OFD 或 PDF 上的印章、签名和证照，不联网。
  Verifies the seals, signatures and licence of an OFD or PDF, offline.

  --trust DIR   信任文件夹：anchors/ intermediates/ crl/ status/ manifest.json；可从服务的 /trust 下载。
                不给，就没有可信的根证书，最多得到“不能下结论”。
                Trust folder. Without it nobody is trusted: indeterminate at best.
  --at TIME     核验时间，默认现在，如 2026-11-21T10:00:00+08:00。Validation time, default now.
  --json        输出 JSON 报告（docs/report.schema.json）。The report as JSON.
  --strict      不容忍常见的偏离标准的写法。Reads no known deviation from the standards.

  退出码 exit: 0 有效 valid · 1 无效 invalid · 2 不能下结论 indeterminate · 3 用法不对或文件读不出来 usage, unreadable`

const MAX_BYTES = 512 * 1024 * 1024

const OPTIONS = {
  trust: { type: 'string' },
  at: { type: 'string' },
  json: { type: 'boolean' },
  strict: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return usage(`${error.message}\n\n${VERIFY_HELP}`)
  }
}

const readWhole = async (path: string): Promise<Uint8Array> => {
  const file = await open(path, 'r').catch((error: unknown) => fileFault(error, path))
  try {
    const { size } = await file.stat()
    if (size > MAX_BYTES) usage(`${path}：超过 512 MB (too large)`)
    const bytes = await file.readFile().catch((error: unknown) => fileFault(error, path))
    // A device or a pipe has no size to ask for beforehand.
    if (bytes.length > MAX_BYTES) usage(`${path}：超过 512 MB (too large)`)
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  } finally {
    await file.close()
  }
}

export const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parse(args)
  if (values.help === true) {
    print(...VERIFY_HELP.split('\n'))
    return EXIT.valid
  }
  const [path, ...more] = positionals
  if (path === undefined || more.length > 0) return usage(`要给出一个文件 (one file is needed)\n\n${VERIFY_HELP}`)
  const at = values.at === undefined ? systemClock.now() : parseInstant(values.at)
  const bytes = await readWhole(path)
  const loaded = await openTrust(values.trust)
  const mode = values.strict === true ? 'strict' : 'compat'
  const report = verifyDocument({ bytes, crypto: nodeCrypto, trust: loaded.trust, at, mode })
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify(reportToJson(report), null, 2)}\n`)
    if (values.trust === undefined) complain('没有给出 --trust：没有可信的根证书 (no trust folder: nobody is trusted)')
    complain(...loaded.faults.map((fault) => `没有采用 (left out) ${fault}`))
  } else print(...reportLines(report, loaded, { file: path, folder: values.trust, at }))
  return EXIT[report.verdict]
}
