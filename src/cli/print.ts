/** Output of commands. What comes from a document or a folder may hold escape sequences: a terminal never sees them. */

/** Control and invisible formatting characters (bidirectional overrides too) become a visible mark. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD')

/** Each line goes out cleaned. */
export const print = (...lines: readonly string[]): void => {
  process.stdout.write(lines.map((line) => `${plain(line)}\n`).join(''))
}

export const complain = (...lines: readonly string[]): void => {
  process.stderr.write(
    lines
      .flatMap((l) => l.split('\n'))
      .map((line) => `${plain(line)}\n`)
      .join(''),
  )
}
