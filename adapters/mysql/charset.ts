import type { BanyanError } from '../../src/model/errors.ts'
import { undecodable } from './undecodable.ts'

/** Text of some bytes. */
export type TextDecode = (bytes: Buffer, from: number, end: number) => string

/** Decoders by character set, and character sets by the number of their collations. */
export interface Charsets {
  /** Null: bytes, not text. */
  readonly decodeOf: (collation: number) => TextDecode | null
}

/** What the server says of its character sets. */
export interface CharsetFacts {
  /** Character set by number of a collation. */
  readonly collations: ReadonlyMap<number, string>
  /** The 256 characters of a set whose characters have one byte. */
  readonly pages: ReadonlyMap<string, string>
}

const utf8: TextDecode = (bytes, from, end) => bytes.toString('utf8', from, end)

/** Sets with characters of several bytes, by the name that the runtime knows them by. */
const multibyte: Readonly<Record<string, string>> = {
  ucs2: 'utf-16be',
  utf16: 'utf-16be',
  utf16le: 'utf-16le',
  big5: 'big5',
  gbk: 'gbk',
  gb2312: 'gbk',
  gb18030: 'gb18030',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
  euckr: 'euc-kr',
  ujis: 'euc-jp',
  eucjpms: 'euc-jp',
}

/** Whether text of this set can be read from the log. */
export const isReadable = (charset: string, pages: CharsetFacts['pages']): boolean =>
  charset === 'binary' || charset === 'utf32' || isUtf8(charset) || charset in multibyte || pages.has(charset)

const isUtf8 = (charset: string): boolean => charset === 'utf8' || charset === 'utf8mb3' || charset === 'utf8mb4' || charset === 'ascii'

/** Sets of one byte a character come by the server's own table, so no difference between two makers' tables can matter. */
export const charsets = ({ collations, pages }: CharsetFacts): Charsets => {
  const known = new Map<string, TextDecode | null>()
  const make = (charset: string): TextDecode | null => {
    if (charset === 'binary') return null
    if (isUtf8(charset)) return utf8
    if (charset === 'utf32') return utf32
    const page = pages.get(charset)
    if (page !== undefined) return singleByte(page)
    const label = multibyte[charset]
    if (label === undefined) throw unreadable(charset)
    const decoder = new TextDecoder(label, { ignoreBOM: true })
    return (bytes, from, end) => decoder.decode(bytes.subarray(from, end))
  }
  return {
    decodeOf: (collation) => {
      const charset = collations.get(collation)
      if (charset === undefined) throw undecodable(`text in the unknown collation ${collation}`)
      const decode = known.has(charset) ? (known.get(charset) ?? null) : make(charset)
      known.set(charset, decode)
      return decode
    },
  }
}

const singleByte =
  (page: string): TextDecode =>
  (bytes, from, end) => {
    let text = ''
    for (let at = from; at < end; at += 1) text += page[bytes[at] ?? 0] ?? '?'
    return text
  }

const utf32: TextDecode = (bytes, from, end) => {
  let text = ''
  for (let at = from; at + 4 <= end; at += 4) {
    const point = bytes.readUInt32BE(at)
    text += point <= 0x10ffff ? String.fromCodePoint(point) : '�'
  }
  return text
}

const unreadable = (charset: string): BanyanError =>
  undecodable(
    `text in the character set ${charset}, which Banyan cannot read`,
    `convert the column: ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4`,
  )
