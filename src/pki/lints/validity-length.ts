import type { Lint } from './lint.ts'

const DAY = 86_400_000

export const validityLength: Lint = {
  name: 'validity-length',
  cite: 'src/pki/profiles.json maxDays',
  check: ({ notBefore, notAfter }, { profile }) =>
    notAfter.getTime() - notBefore.getTime() > profile.maxDays * DAY ? 'longer than the profile allows' : undefined,
}
