const iso = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})/

/** ISO text as `2026-03-01 09:30:05 UTC`; what is no instant stays as it is. */
export const instantText = (at: string): string => {
  const [, day, time] = iso.exec(at) ?? []
  return day === undefined ? at : `${day} ${time} UTC`
}

/** Epoch milliseconds as {@link instantText}; a dash for what is no instant. */
export const epochText = (at: number): string => (Math.abs(at) <= 8.64e15 ? instantText(new Date(at).toISOString()) : '–')

/** A window in as few words as it takes: the day is said once when both ends share it. */
export const windowText = ({ from, to }: { readonly from: string; readonly to: string }): string => {
  const [start, end] = [instantText(from), instantText(to)]
  if (start === end) return start
  const day = end.slice(0, 11)
  return `${start.replace(/ UTC$/, '')} to ${start.startsWith(day) ? end.slice(11) : end}`
}
