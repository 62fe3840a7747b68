/** Bytes that are written one after another, and taken in chunks. Much faster for short ASCII than strings that are put together and encoded. */
export interface ByteChunks {
  readonly byte: (code: number) => void
  /** ASCII only. */
  readonly ascii: (text: string) => void
  readonly utf8: (text: string) => void
  readonly bytes: (bytes: Uint8Array) => void
  /** A short text in double quotes. False, and nothing is written, when it is not short, or has a quote, a backslash, or anything but printable ASCII. */
  readonly quoted: (text: string) => boolean
  /** Here a chunk may end; it does when it is as long as was asked for. */
  readonly mayEnd: () => void
  /** All chunks; begins anew. */
  readonly take: () => readonly Buffer[]
}

const [space, quote, backslash, tilde] = [0x20, 0x22, 0x5c, 0x7e]
/** Longer texts are quicker written as a whole. */
const shortChars = 200
const firstBytes = 8 << 10
const nothing = Buffer.alloc(0)

export const byteChunks = (chunkBytes: number): ByteChunks => {
  let chunks: Buffer[] = []
  let current = nothing
  let at = 0
  const reserve = (more: number): Buffer => {
    if (at + more <= current.length) return current
    const grown = Buffer.allocUnsafe(Math.max(firstBytes, 2 * current.length, at + more))
    current.copy(grown, 0, 0, at)
    current = grown
    return grown
  }
  return {
    byte: (code) => {
      reserve(1)[at] = code
      at += 1
    },
    ascii: (text) => {
      const into = reserve(text.length)
      const from = at
      for (let place = 0; place < text.length; place += 1) into[from + place] = text.charCodeAt(place)
      at += text.length
    },
    utf8: (text) => {
      at += reserve(3 * text.length).write(text, at)
    },
    bytes: (bytes) => {
      const into = reserve(bytes.length)
      const from = at
      for (let place = 0; place < bytes.length; place += 1) into[from + place] = bytes[place] ?? 0
      at += bytes.length
    },
    quoted: (text) => {
      const { length } = text
      if (length > shortChars) return false
      const into = reserve(length + 2)
      const from = at + 1
      for (let place = 0; place < length; place += 1) {
        const code = text.charCodeAt(place)
        if (code < space || code > tilde || code === quote || code === backslash) return false
        into[from + place] = code
      }
      into[at] = quote
      into[from + length] = quote
      at += length + 2
      return true
    },
    mayEnd: () => {
      if (at < chunkBytes) return
      chunks.push(current.subarray(0, at))
      // The next one will be as long, and reach beyond it.
      current = Buffer.allocUnsafe(2 * chunkBytes)
      at = 0
    },
    take: () => {
      const taken = at > 0 ? [...chunks, current.subarray(0, at)] : chunks
      chunks = []
      current = nothing
      at = 0
      return taken
    },
  }
}
