/**
 * Writes the parts of docs/ that the code knows best: settings, error codes, keys, the schema of a report, the API.
 * With `--check` it writes nothing and fails, naming the files, when one differs from what the code says. Part of `npm test`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { z } from 'zod'
import hierarchy from '../keys/hierarchy.json' with { type: 'json' }
import type { Setting } from '../src/config.ts'
import { SETTINGS } from '../src/config.ts'
import { TRUST_ERROR_CODES } from '../src/errors.ts'
import { openApi } from '../src/http/index.ts'
import { STATUS } from '../src/http/problem.ts'
import { serviceRoutes } from '../src/service.ts'
import { reportSchema } from '../src/verification/report-json.ts'
import { errorWords } from '../src/web/words/index.ts'

const DOCS = new URL('../docs/', import.meta.url)
const NOTE = '<!-- Made by `npm run docs`. Change the source named below, not this file. -->'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

const markdown = (title: string, ...parts: readonly string[]): string =>
  `${[NOTE, `# ${title}`, ...parts].join('\n\n')}\n`

const fallbackOf = ({ fallback }: Setting<unknown>): string => {
  if (fallback === undefined || fallback === '' || (Array.isArray(fallback) && fallback.length === 0)) return '–'
  return `\`${String(fallback)}\``
}

const configuration = (): string =>
  markdown(
    'Settings',
    'Environment variables, declared in `src/config.ts`. All faults are reported at once, and nothing starts with one.\n' +
      '“Required” means in production (`NODE_ENV=production`), where the default does not hold. Secrets are never printed.',
    table(
      ['Name', 'Required', 'Default', 'Secret', 'What it says'],
      Object.entries(SETTINGS).map(([name, setting]: [string, Setting<unknown>]) => [
        `\`${name}\``,
        setting.required === true ? 'yes' : '',
        fallbackOf(setting),
        setting.secret === true ? 'yes' : '',
        setting.doc,
      ]),
    ),
    '`TLS_CERT_FILE` and `TLS_KEY_FILE` go together. `xinyin bootstrap` also reads `XINYIN_BOOTSTRAP_PASSWORDS_FILE`.',
  )

const errors = (): string =>
  markdown(
    'Error codes',
    'The codes of `src/errors.ts`: public, stable, only ever added to. Programs get `application/problem+json` (RFC 9457) with\n' +
      '`type` = `urn:xinyin:error:<code>`, `code`, `status`, sometimes `field`, and `requestId`; people get the words. Addresses under\n' +
      '`/oidc` answer with OAuth errors instead. `INTERNAL` (500) is the code of a fault of ours that has none of these.',
    table(
      ['Code', 'HTTP', 'What people read', 'What to do next'],
      TRUST_ERROR_CODES.map((code) => {
        const { what, next } = errorWords(code, 'zh')
        return [`\`${code}\``, String(STATUS[code]), what, next]
      }),
    ),
  )

const keys = (): string =>
  markdown(
    'Keys of the hierarchy',
    `From \`keys/hierarchy.json\`: the authority is ${hierarchy.organisation}, ${hierarchy.stateOrProvince}. Each key stands in the key store as\n` +
      '`<id>-sm2` and, where P-256 is named, `<id>-p256`. Custody here is what the plan asks for; what is built is in `keys/README.md`.',
    table(
      ['Id', 'Algorithms', 'Issued by', 'Kind', 'Years', 'Purpose', 'Custody in production', 'Used by', 'Rotation'],
      hierarchy.keys.map((key) => [
        `\`${key.id}\``,
        key.algorithms.join(', '),
        key.issuer === key.id ? 'itself' : `\`${key.issuer}\``,
        key.kind,
        String(key.years),
        key.purpose,
        key.custody,
        key.usedBy.join(', '),
        key.rotation,
      ]),
    ),
  )

/** Stands for what the handlers need: routes are built, and no handler is ever called. */
const stub = <T extends object>(): T =>
  new Proxy({} as T, {
    get: (_target, name) => {
      throw new TypeError(`a route asks for ${String(name)} before it is called`)
    },
  })

const apiTable = () =>
  serviceRoutes({
    health: {},
    issuer: '/oidc',
    pages: { ...lazy, publicUrl: '', host: '', demo: false, platform: '', portals: () => [] },
    status: { ocsp: stub<never>(), timestamps: stub<never>() },
  })
const lazy = {
  assets: stub<never>(),
  identity: stub<never>(),
  pki: stub<never>(),
  enrolment: stub<never>(),
  responders: stub<never>(),
  registers: stub<never>(),
  seals: stub<never>(),
  licences: stub<never>(),
  oidc: stub<never>(),
  interactions: stub<never>(),
  sessions: stub<never>(),
  trust: stub<never>(),
  verify: stub<never>(),
  crypto: stub<never>(),
  clock: stub<never>(),
}

const json = async (value: unknown): Promise<string> =>
  format(JSON.stringify(value), { ...(await resolveConfig(new URL('x.json', DOCS))), parser: 'json' })

const schema = { title: 'Verification report of 信印 Xinyin', ...z.toJSONSchema(reportSchema) }

const FILES: Readonly<Record<string, () => string | Promise<string>>> = {
  'configuration.md': configuration,
  'errors.md': errors,
  'keys.md': keys,
  'report.schema.json': () => json(schema),
  'openapi.json': () => json(openApi(apiTable(), '/oidc')),
}

const existing = (name: string): Promise<string | undefined> =>
  readFile(new URL(name, DOCS), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })

const checking = process.argv.includes('--check')
const stale: string[] = []
await mkdir(DOCS, { recursive: true })
for (const [name, make] of Object.entries(FILES)) {
  const text = await make()
  if ((await existing(name)) === text) continue
  if (checking) stale.push(name)
  else await writeFile(new URL(name, DOCS), text)
}
if (stale.length > 0) {
  process.stderr.write(`docs/ differs from the code: ${stale.join(', ')}. Run \`npm run docs\` and commit.\n`)
  process.exitCode = 1
}
