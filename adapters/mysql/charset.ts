import { isUtf8 } from 'node:buffer'
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

/** Bytes that are no character come out as U+FFFD, which may also have been meant. @throws BanyanError source-undecodable. */
export const utf8Text: TextDecode = (bytes, from, end) => {
  const text = bytes.toString('utf8', from, end)
  if (text.includes('\uFFFD') && !isUtf8(bytes.subarray(from, end))) throw noText('utf8')
  return text
}

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
  charset === 'binary' || charset === 'utf32' || isOfUtf8(charset) || charset in multibyte || pages.has(charset)

const isOfUtf8 = (charset: string): boolean => charset === 'utf8' || charset === 'utf8mb3' || charset === 'utf8mb4' || charset === 'ascii'

/** Sets of one byte a character come by the server's own table, so no difference between two makers' tables can matter. */
export const charsets = ({ collations, pages }: CharsetFacts): Charsets => {
  const known = new Map<string, TextDecode | null>()
  const make = (charset: string): TextDecode | null => {
    if (charset === 'binary') return null
    if (isOfUtf8(charset)) return utf8Text
    if (charset === 'utf32') return utf32
    const page = pages.get(charset)
    if (page !== undefined) return singleByte(page)
    const label = multibyte[charset]
    if (label === undefined) throw unreadable(charset)
    return multibyteText(charset, new TextDecoder(label, { ignoreBOM: true, fatal: true }))
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

const multibyteText =
  (charset: string, decoder: InstanceType<typeof TextDecoder>): TextDecode =>
  (bytes, from, end) => {
    try {
      return decoder.decode(bytes.subarray(from, end))
    } catch (error) {
      throw error instanceof TypeError ? noText(charset) : error
    }
  }

const utf32: TextDecode = (bytes, from, end) => {
  let text = ''
  if ((end - from) % 4 !== 0) throw noText('utf32')
  for (let at = from; at < end; at += 4) {
    const point = bytes.readUInt32BE(at)
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw noText('utf32')
    text += String.fromCodePoint(point)
  }
  return text
}

const noText = (charset: string): BanyanError =>
  undecodable(
    `bytes that are no text in the character set ${charset}`,
    'mend the value in the legacy, or give its column a binary type, and begin again with a snapshot into an empty store',
  )

const unreadable = (charset: string): BanyanError =>
  undecodable(
    `text in the character set ${charset}, which Banyan cannot read`,
    `convert the column: ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4`,
  )
