import type { Shape } from '../model/canonical.ts'
import { encode, shapeOf } from '../model/canonical.ts'
import type { Row, Value } from '../model/value.ts'
import type { ByteChunks } from './byte-chunks.ts'
import { byteChunks } from './byte-chunks.ts'
import { copyText } from './copy-text.ts'

/** Lines of COPY's text format as bytes: most of what is stored never becomes a string of its own. */
export interface CopyBuffer {
  /** ASCII without anything to escape. */
  readonly plain: (text: string) => void
  readonly text: (text: string | null) => void
  /** In the canonical form, as `encode` says it. */
  readonly row: (row: Row | null) => void
  readonly tab: () => void
  readonly endLine: () => void
  /** Chunks of whole lines; begins anew. */
  readonly take: () => readonly Buffer[]
}

const [tab, newline, opening, closing] = [0x09, 0x0a, 0x7b, 0x7d]
const nullMark = '\\N'

/** A chunk ends with the first line that reaches beyond `chunkBytes`. */
export const copyBuffer = (chunkBytes: number): CopyBuffer => {
  const out = byteChunks(chunkBytes)
  return {
    plain: out.ascii,
    text: (text) => (text === null ? out.ascii(nullMark) : out.utf8(copyText(text))),
    row: (row) => (row === null ? out.ascii(nullMark) : writeRow(out, row)),
    tab: () => out.byte(tab),
    endLine: () => {
      out.byte(newline)
      out.mayEnd()
    },
    take: out.take,
  }
}

const writeRow = (out: ByteChunks, row: Row): void => {
  const shape = shapeOf(Object.keys(row))
  const labels = labelsOf(shape)
  out.byte(opening)
  for (let place = 0; place < labels.length; place += 1) {
    out.bytes(labels[place] ?? nothing)
    writeValue(out, row[shape.sorted[place] ?? ''] ?? null)
  }
  out.byte(closing)
}

const writeValue = (out: ByteChunks, value: Value): void => {
  if (typeof value === 'string') {
    if (!out.quoted(value)) out.utf8(copyText(encode(value)))
  } else if (value === null) out.ascii('null')
  else if (Number.isInteger(value) && value !== 0) out.ascii(String(value))
  else out.utf8(copyText(encode(value)))
}

const nothing = new Uint8Array()
const knownLabels = new WeakMap<Shape, readonly Uint8Array[]>()

/** The labels as COPY takes them, with the comma before all but the first. */
const labelsOf = (shape: Shape): readonly Uint8Array[] => {
  const known = knownLabels.get(shape)
  if (known !== undefined) return known
  const labels = shape.labels.map((label, place) => Buffer.from(copyText(place === 0 ? label : `,${label}`)))
  knownLabels.set(shape, labels)
  return labels
}
