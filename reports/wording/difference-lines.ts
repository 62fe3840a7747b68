import { bytesToHex } from '@noble/hashes/utils.js'
import { diffString } from 'json-diff'
import type { Difference } from '../../src/model/difference.ts'
import { shorten } from '../../src/model/shorten.ts'
import type { Data } from '../../src/model/value.ts'
import { cut, visible } from './data-text.ts'

const room = 2_000
const maxItems = 30
const maxLines = 40
const maxWidth = 160

/**
 * One difference alone, as `json-diff` shows it to people: `-` the legacy's, `+` the candidate's. json-diff takes time quadratic
 * in the length of arrays, so it gets the beginning of a large value only; it is never used to find differences.
 */
export const differenceLines = ({ path, legacy, candidate, shortened }: Difference): readonly string[] => {
  const name = path === '' ? 'answer' : cut(visible(path), maxWidth)
  const left = legacy === undefined ? {} : { [name]: printable(shorten(legacy, room)) }
  const right = candidate === undefined ? {} : { [name]: printable(shorten(candidate, room)) }
  const lines = diffString(left, right, { color: false })
    .split('\n')
    // The braces are of the object that the difference was wrapped in.
    .filter((line) => line.trim() !== '' && line !== ' {' && line !== ' }')
    .map((line) => cut(line.trimEnd().replace(/^(.) {2}/, '$1 '), maxWidth))
  const told = lines.length <= maxLines ? lines : [...lines.slice(0, maxLines), `… ${lines.length - maxLines} more lines`]
  return shortened === true ? [...told, '… the values are larger than was kept'] : told
}

/** How many differences there are, those that were too many to be told included. */
export const differenceCount = (differences: readonly Difference[]): number => differences.length + (differences.at(-1)?.truncated ?? 0)

/** Texts and names that json-diff uses as signs of its own would be taken for these. */
const defused = (text: string): string =>
  visible(text)
    .replace('__$!SCALAR', '__ $!SCALAR')
    .replace(/__(added|deleted)$/, '_ _$1')

/** JSON of what JSON can't say, and of no more elements than json-diff can bear. */
const printable = (data: Data): Data => {
  if (typeof data === 'string') return defused(data)
  if (typeof data === 'bigint') return `${data}`
  if (typeof data === 'number') return Number.isFinite(data) && !Object.is(data, -0) ? data : Object.is(data, -0) ? '-0' : `${data}`
  if (data === null || typeof data !== 'object') return data
  if (data instanceof Uint8Array) return `0x${bytesToHex(data)}`
  if (Array.isArray(data)) {
    const items = (data as readonly Data[]).slice(0, maxItems).map(printable)
    return data.length > maxItems ? [...items, `… ${data.length - maxItems} more`] : items
  }
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [defused(name), printable(value as Data)]))
}
