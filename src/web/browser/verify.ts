/**
 * Verifies a file in the browser: dropped or chosen, its bytes are read here and never leave. Trust files come from this site.
 * The report, its words and the panel are those of the server. Where it cannot be done here the form uploads, and says so.
 */
import { portableCrypto } from '../../crypto/index.ts'
import { loadTrust, parseManifest, verifyDocument } from '../../verification/index.ts'
import type { DocumentReport, LoadedTrust } from '../../verification/index.ts'
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { icon } from '../parts/icons.ts'
import { verdictPanel } from '../parts/verdict-panel.ts'
import { errorWords, wordsOf } from '../words/index.ts'
import type { Language } from '../words/index.ts'

const language: Language = document.documentElement.lang.startsWith('en') ? 'en' : 'zh'
const words = wordsOf(language).verify

interface Evidence extends LoadedTrust {
  /** The site's time, which is better than a clock that may be wrong. */
  readonly now: Date
  readonly fetchedAt: number
}

async function bytesOf(url: string): Promise<{ readonly bytes: Uint8Array; readonly date: string | null }> {
  const answer = await fetch(url, { cache: 'no-cache' })
  if (!answer.ok) throw new Error(`${answer.status} ${url}`)
  return { bytes: new Uint8Array(await answer.arrayBuffer()), date: answer.headers.get('date') }
}

async function gather(manifestUrl: string): Promise<Evidence> {
  const manifest = await bytesOf(manifestUrl)
  const listed = parseManifest(new TextDecoder().decode(manifest.bytes))
  const files = await Promise.all(
    listed.map(
      async ({ path }) =>
        [path, (await bytesOf(new URL(path, new URL(manifestUrl, location.href)).href)).bytes] as const,
    ),
  )
  const given = manifest.date === null ? new Date() : new Date(manifest.date)
  return {
    ...loadTrust(new Map([...files, ['manifest.json', manifest.bytes]]), portableCrypto),
    now: given,
    fetchedAt: performance.now(),
  }
}

const KEEP_MS = 60_000

function evidenceFrom(manifestUrl: string): () => Promise<Evidence> {
  let kept: Promise<Evidence> | undefined
  return async () => {
    const old = await kept?.catch(() => undefined)
    if (old === undefined || performance.now() - old.fetchedAt > KEEP_MS) kept = gather(manifestUrl)
    return kept as Promise<Evidence>
  }
}

function show(content: Html): void {
  const outcome = document.getElementById('outcome')
  if (outcome !== null) outcome.innerHTML = content.text
}

const message = (text: string, name: 'clock' | 'alert'): Html =>
  html`<p class="note">${icon(name)}<span>${text}</span></p>`

/** Lets the browser paint what was just put in before a long computation. */
const painted = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))

function offerReport(report: DocumentReport, fileName: string): void {
  const row = document.querySelector('#result .pages .row')
  const link = document.createElement('a')
  link.className = 'btn second small'
  link.href = URL.createObjectURL(new Blob([JSON.stringify(report, null, 1)], { type: 'application/json' }))
  link.download = `${fileName}.report.json`
  link.textContent = words.download
  row?.prepend(link)
  for (const button of document.querySelectorAll<HTMLElement>('#result [data-print]')) button.hidden = false
}

async function check(file: File, evidence: () => Promise<Evidence>): Promise<void> {
  show(message(words.gathering, 'clock'))
  const { trust, now } = await evidence()
  show(message(words.working, 'clock'))
  await painted()
  const bytes = new Uint8Array(await file.arrayBuffer())
  const started = performance.now()
  const report = verifyDocument({ bytes, crypto: portableCrypto, trust, at: now, mode: 'compat' })
  const tookMs = performance.now() - started
  show(verdictPanel({ report, fileName: file.name, where: 'local', tookMs }, language))
  offerReport(report, file.name)
  document.getElementById('verdict')?.focus()
}

function drops(form: HTMLFormElement, input: HTMLInputElement, take: (file: File) => void): void {
  const mark = (on: boolean) => (event: DragEvent) => {
    event.preventDefault()
    form.classList.toggle('dropping', on)
  }
  form.addEventListener('dragover', mark(true))
  form.addEventListener('dragleave', mark(false))
  form.addEventListener('drop', (event) => {
    mark(false)(event)
    const file = event.dataTransfer?.files[0]
    if (file === undefined || event.dataTransfer === null) return
    input.files = event.dataTransfer.files // should it have to be uploaded after all
    take(file)
  })
}

function start(form: HTMLFormElement, input: HTMLInputElement): void {
  const evidence = evidenceFrom(form.dataset['manifest'] ?? '')
  const limit = Number(form.dataset['max'])
  const scripted = (on: boolean): void => {
    for (const part of form.querySelectorAll<HTMLElement>('[data-with-script]')) part.hidden = !on
    for (const part of form.querySelectorAll<HTMLElement>('[data-without-script]')) part.hidden = on
  }
  const take = (file: File): void => {
    if (file.size > limit) return show(message(errorWords('INPUT_TOO_LARGE', language).what, 'alert'))
    check(file, evidence).catch(() => {
      scripted(false)
      show(message(words.localFailed, 'alert'))
    })
  }
  scripted(true)
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    if (file !== undefined) take(file)
  })
  drops(form, input, take)
}

const form = document.getElementById('drop')
const input = document.getElementById('f-file')
if (form instanceof HTMLFormElement && input instanceof HTMLInputElement) start(form, input)
