type Kind<T> = { new (length: number): T }

/** The array, or a longer copy of it, with room for this row. Numbers begin as NaN, codes as 0. */
export const roomFor = <T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(array: T | null, row: number, kind: Kind<T>): T => {
  if (array !== null && row < array.length) return array
  let length = Math.max(1024, array?.length ?? 0)
  while (length <= row) length *= 2
  const longer = new kind(length)
  if (longer instanceof Float64Array) longer.fill(Number.NaN, array?.length ?? 0)
  if (array !== null) longer.set(array)
  return longer
}

/** Exactly so many rows of it. */
export const trimmed = <T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(
  array: T | null,
  rows: number,
  kind: Kind<T>,
): T => {
  const full = roomFor(array, Math.max(0, rows - 1), kind)
  // A view keeps the whole buffer alive: worth it only when little of it is unused.
  return (full.length > rows * 1.3 ? full.slice(0, rows) : full.subarray(0, rows)) as T
}

/** The values of these rows, in their order. */
export const reordered = <T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(array: T, order: Int32Array): T => {
  const turned = array.slice(0, order.length) as T
  for (let row = 0; row < order.length; row++) turned[row] = array[order[row] ?? 0] ?? 0
  return turned
}
