import { closeSync, openSync, readSync } from 'node:fs'
import { BanyanError } from '../../model/errors.ts'

/** Bytes of a file: the lines that begin in them belong to it. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

/** Equal parts of a file behind its header, for so many readers that none is left with much at the end. */
export const rangesOf = (size: number, from: number, readers: number): readonly ByteRange[] => {
  const part = Math.min(maxRange, Math.max(minRange, Math.ceil((size - from) / (readers * 8))))
  return Array.from({ length: Math.max(0, Math.ceil((size - from) / part)) }, (_, index) => ({
    from: from + index * part,
    to: Math.min(size, from + (index + 1) * part),
  }))
}

const minRange = 1 << 20
const maxRange = 16 << 20
const blockBytes = 1 << 20
/** A line is one decision: what is longer than this is none that Banyan wrote. */
const maxLineBytes = 64 << 20
const newline = 10

/** An archive file, open for reading by ranges. */
export interface ArchiveFile extends Disposable {
  /** The first line, and where the next one begins. */
  readonly header: () => { readonly text: string; readonly next: number }
  /** Every line that begins in the range, whole, with the byte at which it begins; block by block. */
  readonly lines: (range: ByteRange) => Generator<{ readonly text: string; readonly at: number }, undefined>
}

/** @throws BanyanError fixture-invalid when the file cannot be opened. */
export const openArchive = (file: string): ArchiveFile => {
  const handle = opened(file)
  return {
    header: () => {
      const first = linesFrom(handle, file, { from: 0, to: 1 }).next().value
      return { text: first?.text ?? '', next: first === undefined ? 0 : first.at + Buffer.byteLength(first.text) + 1 }
    },
    lines: (range) => linesFrom(handle, file, range),
    [Symbol.dispose]: () => closeSync(handle),
  }
}

const opened = (file: string): number => {
  try {
    return openSync(file, 'r')
  } catch (cause) {
    throw new BanyanError('fixture-invalid', `the archive cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`, {
      where: file,
      hint: 'check the path; an archive is written by banyan replay --keep <file>',
      cause,
    })
  }
}

/** A range that does not begin at a line's begin leaves that line to the range before it. */
function* linesFrom(handle: number, file: string, range: ByteRange): Generator<{ readonly text: string; readonly at: number }, undefined> {
  let block: Buffer = Buffer.allocUnsafe(blockBytes)
  let held = 0
  let begin = 0
  // One byte earlier: a newline there says that a line begins just at `from`.
  let at = Math.max(0, range.from - 1)
  let isSkipping = range.from > 0
  for (;;) {
    const end = block.subarray(0, held).indexOf(newline, begin)
    if (end >= 0) {
      if (!isSkipping && end > begin) yield { text: block.toString('utf8', begin, end), at: at + begin }
      isSkipping = false
      begin = end + 1
      if (at + begin >= range.to) return
      continue
    }
    block = roomIn(block, begin, held, file)
    held -= begin
    at += begin
    begin = 0
    const length = readSync(handle, block, held, block.length - held, at + held)
    if (length === 0) break
    held += length
  }
  if (!isSkipping && held > 0) yield { text: block.toString('utf8', 0, held), at }
}

/** Moves what is not used yet to the front; a line that fills the whole block gets a larger one. */
const roomIn = (block: Buffer, begin: number, held: number, file: string): Buffer => {
  const rest = held - begin
  if (rest > maxLineBytes) {
    throw new BanyanError('fixture-invalid', `a line is longer than ${maxLineBytes} bytes`, {
      where: file,
      hint: 'this is not an archive of decisions',
    })
  }
  const next = rest > block.length / 2 ? Buffer.allocUnsafe(block.length * 2) : block
  block.copy(next, 0, begin, held)
  return next
}
