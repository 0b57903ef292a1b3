/** Passkeys: forms marked data-passkey ask the browser for one and send its answer. Without a script they stay hidden, and nothing else needs them. */
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'

const answerOf = async (form: HTMLFormElement): Promise<string> => {
  const options: unknown = JSON.parse(form.dataset['options'] ?? '{}')
  const answer =
    form.dataset['passkey'] === 'create'
      ? await startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON })
      : await startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON })
  return JSON.stringify(answer)
}

const say = (form: HTMLFormElement): void => {
  const line = form.querySelector<HTMLElement>('[data-failed]')
  if (line === null) return
  line.hidden = false
  line.focus()
}

function arm(form: HTMLFormElement): void {
  const input = form.elements.namedItem('passkey')
  if (!(input instanceof HTMLInputElement)) return
  form.hidden = false
  form.addEventListener('submit', (event) => {
    if (input.value !== '') return
    event.preventDefault()
    if (!form.reportValidity()) return
    answerOf(form).then(
      (answer) => {
        input.value = answer
        form.requestSubmit()
      },
      // Cancelled, or refused by the browser: one may try again.
      () => say(form),
    )
  })
}

if (browserSupportsWebAuthn())
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) arm(form)
