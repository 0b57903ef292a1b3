/** ISO 32000-1 §7.9.4: D:YYYYMMDDHHmmSSOHH'mm'. */

const PATTERN = /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z(?:00'?00'?)?|([+-])(\d\d)'?(\d\d)?'?)?$/

/** undefined: absent or no date. Without a zone the time counts as UTC. */
export const parsePdfDate = (text: string | undefined): Date | undefined => {
  const match = PATTERN.exec(text ?? '')
  if (match === null) return undefined
  const [
    ,
    year,
    month = '1',
    day = '1',
    hour = '0',
    minute = '0',
    second = '0',
    sign,
    zoneHours = '0',
    zoneMinutes = '0',
  ] = match
  const local = Date.UTC(+(year as string), +month - 1, +day, +hour, +minute, +second)
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000
  return new Date(sign === '-' ? local + offset : local - offset)
}

/** In UTC, whole seconds. */
export const writePdfDate = (date: Date): string => `D:${date.toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`
