import { mark, messageType, skipTuple } from './pgoutput.ts'

/** What a record of a transaction's log becomes: `rekey` is an update that changed the key. */
export const recordKind = { insert: 1, update: 2, delete: 3, truncate: 4, rekey: 5 } as const

/** Kind of a row message, so that the number of its changes is known before any value is decoded. */
export const kindOf = (message: Buffer, keyPlaces: readonly number[]): number => {
  switch (message[0]) {
    case messageType.insert:
      return recordKind.insert
    case messageType.delete:
      return recordKind.delete
    default:
      return message[5] !== mark.newTuple && keyDiffers(message, keyPlaces) ? recordKind.rekey : recordKind.update
  }
}

/** A server may send the old key although it is the same (a key column in TOAST), and with FULL it always does. */
const keyDiffers = (message: Buffer, keyPlaces: readonly number[]): boolean => {
  const oldAt = valueOffsets(message, 6)
  const newAt = valueOffsets(message, skipTuple(message, 6) + 1)
  return keyPlaces.some((place) => {
    const before = oldAt[place] ?? 0
    const after = newAt[place] ?? 0
    return message[after] !== mark.unchanged && !sameValue(message, before, after)
  })
}

const sameValue = (message: Buffer, left: number, right: number): boolean => {
  if (message[left] !== message[right]) return false
  if (message[left] !== mark.text) return true
  const leftEnd = left + 5 + message.readUInt32BE(left + 1)
  const rightEnd = right + 5 + message.readUInt32BE(right + 1)
  return message.compare(message, right + 1, rightEnd, left + 1, leftEnd) === 0
}

const valueOffsets = (message: Buffer, tuple: number): readonly number[] => {
  const offsets: number[] = []
  let at = tuple + 2
  for (let left = message.readUInt16BE(tuple); left > 0; left -= 1) {
    offsets.push(at)
    at += message[at] === mark.text ? 5 + message.readUInt32BE(at + 1) : 1
  }
  return offsets
}
