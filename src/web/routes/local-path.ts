/** Where a person goes on after signing in or choosing for whom they act: an address of this site, and nothing else. */
const HERE = 'http://here.invalid'
const LONGEST = 500

/** The path and query when `to` is a local one, else the first page. Reads it as a browser does, which drops tabs and turns \ to /. */
export const localPath = (to: string | null | undefined): string => {
  if (to === null || to === undefined || to.length > LONGEST || !to.startsWith('/') || !URL.canParse(to, HERE))
    return '/'
  const { origin, pathname, search } = new URL(to, HERE)
  // `/.//other.example` is ours to the parser and somebody else's once it stands in a Location.
  return origin === HERE && !pathname.startsWith('//') ? pathname + search : '/'
}
