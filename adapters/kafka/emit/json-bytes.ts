/** JSON that is written as bytes at once: most of a record never is a string of its own. */
export interface JsonBytes {
  /** Where the next byte goes. */
  readonly at: () => number
  readonly reset: () => void
  /** ASCII as it is. */
  readonly ascii: (text: string) => void
  readonly bytes: (bytes: Uint8Array) => void
  /** A whole number, of which a double is sure. */
  readonly integer: (value: number) => void
  /** A JSON string. */
  readonly text: (text: string) => void
  /** What was written, until `reset`. */
  readonly slice: (from: number, to: number) => Buffer
}

const [space, quote, backslash, minus, zero, tilde] = [0x20, 0x22, 0x5c, 0x2d, 0x30, 0x7e]
/** Longer texts are quicker written as a whole. */
const shortChars = 300
const shortBytes = 48
const firstBytes = 64 << 10
const [half, halfDigits] = [100_000_000, 8]
const digitBytes = 24

export const jsonBytes = (): JsonBytes => {
  const to: Written = { into: Buffer.allocUnsafe(firstBytes), at: 0 }
  return {
    at: () => to.at,
    reset: () => {
      to.at = 0
    },
    ascii: (text) => writeAscii(to, text),
    bytes: (bytes) => {
      const { length } = bytes
      const into = reserve(to, length)
      if (length > shortBytes) into.set(bytes, to.at)
      else for (let place = 0; place < length; place += 1) into[to.at + place] = bytes[place] ?? 0
      to.at += length
    },
    integer: (value) => writeInteger(to, value),
    text: (text) => {
      if (!writeShort(to, text)) writeWhole(to, text)
    },
    slice: (from, end) => to.into.subarray(from, end),
  }
}

interface Written {
  into: Buffer
  at: number
}

const reserve = (to: Written, more: number): Buffer => {
  if (to.at + more <= to.into.length) return to.into
  const grown = Buffer.allocUnsafe(Math.max(2 * to.into.length, to.at + more))
  to.into.copy(grown, 0, 0, to.at)
  to.into = grown
  return grown
}

const writeAscii = (to: Written, text: string): void => {
  const into = reserve(to, text.length)
  for (let place = 0; place < text.length; place += 1) into[to.at + place] = text.charCodeAt(place)
  to.at += text.length
}

/** Digits of a number below 2^31, filled with zeros to a width. */
const writeDigits = (to: Written, value: number, width: number): void => {
  let length = width
  if (width === 0) for (let each = value; each > 0 || length === 0; each = (each / 10) | 0) length += 1
  let rest = value
  for (let place = to.at + length - 1; place >= to.at; place -= 1) {
    const next = (rest / 10) | 0
    to.into[place] = zero + rest - 10 * next
    rest = next
  }
  to.at += length
}

const writeInteger = (to: Written, value: number): void => {
  const into = reserve(to, digitBytes)
  if (value < 0) {
    into[to.at] = minus
    to.at += 1
  }
  const size = value < 0 ? -value : value
  const upper = Math.floor(size / half)
  if (upper >= half) writeDigits(to, Math.floor(upper / half), 0)
  if (upper > 0) writeDigits(to, upper % half, upper >= half ? halfDigits : 0)
  writeDigits(to, size % half, upper > 0 ? halfDigits : 0)
}

/** False, and nothing is written: it is not short, or has a character that is not written as it is. */
const writeShort = (to: Written, text: string): boolean => {
  const { length } = text
  if (length > shortChars) return false
  const into = reserve(to, length + 2)
  const from = to.at + 1
  for (let place = 0; place < length; place += 1) {
    const code = text.charCodeAt(place)
    if (code < space || code > tilde || code === quote || code === backslash) return false
    into[from + place] = code
  }
  into[to.at] = quote
  into[from + length] = quote
  to.at += length + 2
  return true
}

const writeWhole = (to: Written, text: string): void => {
  const json = JSON.stringify(text)
  to.at += reserve(to, 3 * json.length).write(json, to.at)
}
