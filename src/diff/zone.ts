const hourMs = 3_600_000

/** Zones are few in a comparison; a formatter costs more than all that is done with it. */
const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  formats.set(zone, format)
  return format
}

/** Whether a name is one of an IANA time zone that this machine knows. */
export const isZone = (zone: string): boolean => {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

const offsetMs = (zone: string, at: number): number => {
  const name =
    formatOf(zone)
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const [, sign, hours, minutes = '0', seconds = '0'] = /([+-])(\d\d):?(\d\d)?:?(\d\d)?/.exec(name) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000
}

/** The instants at which a zone's clock shows `wallMs` (its reading, as if it were UTC): two in the hour that comes twice, else one. */
export const instantsOfWallClock = (wallMs: number, zone: string): readonly number[] => {
  const offsets = new Set([offsetMs(zone, wallMs - 24 * hourMs), offsetMs(zone, wallMs + 24 * hourMs)])
  const instants = [...offsets].map((offset) => wallMs - offset)
  const shown = instants.filter((at) => at + offsetMs(zone, at) === wallMs)
  // An hour that the zone skips is read by the clock of before the change.
  return shown.length > 0 ? shown : instants.slice(0, 1)
}
