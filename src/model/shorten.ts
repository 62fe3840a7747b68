import type { Data } from './value.ts'

const maxDepth = 16
const sign = '…'

type Fields = { readonly [name: string]: Data | undefined }

/**
 * How much there is in some data: one for each value, character and byte. Looks no further once it is more than `room`, and
 * takes what is nested deeper than 16 levels as more than any room.
 */
export const weigh = (data: Data, room: number): number => weighAt(data, room, 0)

const weighAt = (data: Data, room: number, depth: number): number => {
  if (typeof data === 'string') return data.length + 1
  if (typeof data !== 'object' || data === null) return 1
  if (data instanceof Uint8Array) return data.length + 1
  if (depth >= maxDepth) return room + 1
  let weight = 1
  if (Array.isArray(data)) {
    for (const item of data as readonly Data[]) {
      weight += weighAt(item, room - weight, depth + 1)
      if (weight > room) return weight
    }
    return weight
  }
  const record = data as Fields
  for (const name in record) {
    weight += name.length + weighAt(record[name] ?? null, room - weight, depth + 1)
    if (weight > room) return weight
  }
  return weight
}

/** The data itself where it weighs no more than `room`, else a copy of its beginning that does; `…` stands for what was cut. */
export const shorten = (data: Data, room: number): Data => (weigh(data, room) <= room ? data : cut(data, { left: room }, 0))

const cut = (data: Data, room: { left: number }, depth: number): Data => {
  room.left -= 1
  if (typeof data === 'string') return cutText(data, room)
  if (typeof data !== 'object' || data === null) return data
  if (data instanceof Uint8Array) {
    const kept = data.slice(0, Math.max(0, room.left))
    room.left -= kept.length
    return kept
  }
  if (depth >= maxDepth) return sign
  return Array.isArray(data) ? cutItems(data as readonly Data[], room, depth) : cutFields(data as Fields, room, depth)
}

const cutText = (text: string, room: { left: number }): string => {
  const kept = text.length <= room.left ? text : `${text.slice(0, Math.max(0, room.left)).toWellFormed()}${sign}`
  room.left -= kept.length
  return kept
}

const cutItems = (items: readonly Data[], room: { left: number }, depth: number): Data => {
  const kept: Data[] = []
  for (const item of items) {
    if (room.left <= 0) return [...kept, sign]
    kept.push(cut(item, room, depth + 1))
  }
  return kept
}

const cutFields = (record: Fields, room: { left: number }, depth: number): Data => {
  const kept: [string, Data][] = []
  for (const name in record) {
    if (room.left <= name.length) return Object.fromEntries([...kept, [sign, sign]])
    room.left -= name.length
    kept.push([name, cut(record[name] ?? null, room, depth + 1)])
  }
  return Object.fromEntries(kept)
}
