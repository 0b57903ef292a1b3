/** For every page: show a password, print, and renew the part that waits. Everything works without it. */

function peeks(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-peek]')) {
    const input = document.getElementById(button.dataset['peek'] ?? '')
    if (!(input instanceof HTMLInputElement)) continue
    const words = { hidden: button.textContent, shown: button.dataset['shown'] ?? '' }
    button.hidden = false
    button.addEventListener('click', () => {
      const shown = input.type === 'password'
      input.type = shown ? 'text' : 'password'
      button.setAttribute('aria-pressed', String(shown))
      button.textContent = shown ? words.shown : words.hidden
    })
    // A browser offers to keep a password only when the field is one at the time of sending.
    input.form?.addEventListener('submit', () => (input.type = 'password'))
  }
}

/** By delegation, so that buttons which a script puts in later print too. */
function prints(): void {
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-print]') !== null) window.print()
  })
  for (const button of document.querySelectorAll<HTMLElement>('[data-print]')) button.hidden = false
}

const SLOWEST_S = 60

/** Fetches the page again and puts in its live part, slower and slower, until it no longer asks for it. */
function live(): void {
  const seconds = Number(document.getElementById('live')?.dataset['live'])
  if (Number.isFinite(seconds) && seconds > 0) window.setTimeout(() => void renew(seconds), seconds * 1000)
}

async function renew(seconds: number): Promise<void> {
  const again = (): number => window.setTimeout(() => void renew(Math.min(seconds * 1.3, SLOWEST_S)), seconds * 1000)
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' })
    const part = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('live')
    const here = document.getElementById('live')
    if (part === null || here === null) return
    if (part.innerHTML !== here.innerHTML) here.replaceChildren(...part.childNodes)
    if (part.dataset['live'] !== undefined) again()
  } catch {
    again() // a lost connection comes back
  }
}

peeks()
prints()
live()
