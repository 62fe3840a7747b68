/** MariaDB's own types: fixed-width bytes in the log, text in every SELECT. */

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/**
 * Kept with its parts in reverse order, so that those made one after the other lie side by side, unless its variant and
 * version (6 and later) are made for that.
 */
export const uuidFromRecord = (record: Uint8Array): string => {
  const swapped = ((record[6] ?? 0) & 0x80) !== 0 && (record[8] ?? 0) >> 4 < 6 && (record[8] ?? 0) >> 4 > 0
  const text = hex(record)
  return swapped
    ? [text.slice(24), text.slice(20, 24), text.slice(16, 20), text.slice(12, 16), text.slice(0, 12)].join('-')
    : [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
}

export const addressText4 = (record: Uint8Array): string => record.join('.')

/** The longest run of zeros is left out; addresses that carry an IPv4 one end in its form. */
export const addressText6 = (record: Uint8Array): string => {
  const groups = Array.from({ length: 8 }, (_, index) => ((record[2 * index] ?? 0) << 8) | (record[2 * index + 1] ?? 0))
  let [start, length] = [-1, 1]
  for (let from = 0; from < 8; from += 1) {
    let run = 0
    while (groups[from + run] === 0) run += 1
    if (run > length) [start, length] = [from, run]
  }
  const carries4 = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff))
  const tail4 = carries4 ? addressText4(record.subarray(12)) : null
  const shown = tail4 === null ? groups : groups.slice(0, 6)
  const part = (from: number, end: number): string =>
    shown
      .slice(from, end)
      .map((group) => group.toString(16))
      .join(':')
  if (start < 0) return part(0, 8)
  const tail = [part(start + length, shown.length), tail4 ?? ''].filter((text) => text !== '').join(':')
  return `${part(0, start)}::${tail}`
}
