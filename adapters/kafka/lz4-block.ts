/** Room for a block of so many bytes, whatever is in them. */
export const lz4BlockBound = (bytes: number): number => bytes + Math.ceil(bytes / 255) + 16

const hashBits = 14
const shortestMatch = 4
const furthestMatch = 0xffff
/** No match begins in the last bytes of a block, and none ends in the very last: readers write in strides, and count on it. */
const [lastMatchBefore, lastMatchEndsBefore] = [12, 5]
const mostInToken = 15

/** Compresses one LZ4 block by taking the first match that is found. Gives the number of bytes written; `into` has room for {@link lz4BlockBound}. */
export const lz4Block = (from: Buffer, into: Buffer): number => {
  const seen = new Int32Array(1 << hashBits)
  const matchEnd = from.length - lastMatchEndsBefore
  let [at, anchor, out] = [0, 0, 0]
  while (at < from.length - lastMatchBefore) {
    const word = from.readInt32LE(at)
    const hash = Math.imul(word, -1_640_531_535) >>> (32 - hashBits)
    const match = (seen[hash] ?? 0) - 1
    seen[hash] = at + 1
    if (match < 0 || at - match > furthestMatch || from.readInt32LE(match) !== word) {
      // What does not compress is passed over faster and faster.
      at += 1 + ((at - anchor) >> 6)
      continue
    }
    let length = shortestMatch
    while (at + length < matchEnd && from[at + length] === from[match + length]) length += 1
    out = writeSequence(from.subarray(anchor, at), { into, out }, { offset: at - match, length })
    at += length
    anchor = at
  }
  return writeSequence(from.subarray(anchor), { into, out }, null)
}

const writeSequence = (
  literals: Buffer,
  place: { readonly into: Buffer; readonly out: number },
  match: { readonly offset: number; readonly length: number } | null,
): number => {
  const { into } = place
  const more = match === null ? 0 : match.length - shortestMatch
  into[place.out] = (Math.min(literals.length, mostInToken) << 4) | Math.min(more, mostInToken)
  let out = writeLength(into, place.out + 1, literals.length)
  out += literals.copy(into, out)
  if (match === null) return out
  return writeLength(into, into.writeUInt16LE(match.offset, out), more)
}

/** What of a length did not fit into the token. */
const writeLength = (into: Buffer, at: number, length: number): number => {
  let out = at
  if (length < mostInToken) return out
  for (let rest = length - mostInToken; ; rest -= 255) {
    into[out] = Math.min(rest, 255)
    out += 1
    if (rest < 255) return out
  }
}
