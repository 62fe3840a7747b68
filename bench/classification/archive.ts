import { closeSync, openSync, writeSync } from 'node:fs'

/** Instants are epoch ms; a decision comes every 600 ms, about a week for a million. */
export const begin = Date.UTC(2026, 2, 1)
const everyMs = 600
const skus = 2_000
const flushBytes = 1 << 20

/** `v`: a version of a row of `stock`. Line: ["v", position, committedAt, key, free, held]. */
export type VersionLine = readonly ['v', string, number, string, number, number]

/** A read entry: key, free, held, and the version's position and commit time. */
export type EntryLine = readonly [string, number, number, string, number]

/**
 * A decision: id, key, quantity, channel, trigger position, instant of the trigger, legacy quantity, its commit's position, live quantity,
 * live instant, frontier of the live read, what it read.
 */
export type DecisionLine = readonly [
  'd',
  string,
  string,
  number,
  string,
  string,
  number,
  number,
  string,
  number,
  number,
  string,
  readonly EntryLine[],
]

const positionOf = (index: number): string => `bench1:${String(index).padStart(10, '0')}`

/** A sequence in [0, 1) that is the same each time (mulberry32). */
const numbers = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Writes an archive: each decision takes from the stock of one sku in its own commit. One feed in forty is one version behind (timing), and
 * the legacy caps channel PRT at five, which the candidate does not know: about one decision in twelve diverges.
 */
export const writeArchive = (file: string, decisions: number): void => {
  const handle = openSync(file, 'w')
  let buffered = ''
  const line = (data: VersionLine | DecisionLine): void => {
    buffered += `${JSON.stringify(data)}\n`
    if (buffered.length < flushBytes) return
    writeSync(handle, buffered)
    buffered = ''
  }
  const random = numbers(11)
  const rows = Array.from({ length: skus }, (_, sku) => ({
    key: `S${sku}`,
    free: 20 + (sku % 30),
    held: 0,
    position: positionOf(0),
    at: begin,
  }))
  const before = rows.map((row) => ({ ...row }))
  for (const { key, free, held, position, at } of rows) line(['v', position, at, key, free, held])
  for (let index = 1; index <= decisions; index++) {
    const sku = Math.floor(random() * skus)
    const row = rows[sku]
    const old = before[sku]
    if (row === undefined || old === undefined) continue
    const at = begin + index * everyMs
    const quantity = 1 + Math.floor(random() * 8)
    const channel = ['WEB', 'PRT', 'STO', 'TEL'][Math.floor(random() * 4)] ?? 'WEB'
    const available = (of: typeof row): number => Math.max(0, of.free - of.held)
    const wanted = Math.min(quantity, available(row))
    const legacy = channel === 'PRT' && wanted > 5 ? 5 : wanted
    const isBehind = random() < 0.025
    const seen = isBehind ? old : row
    const live = Math.min(quantity, available(seen))
    const position = positionOf(index)
    line([
      'd',
      (index * 2_654_435_761).toString(16).padStart(16, '0').repeat(2),
      `O${index}`,
      quantity,
      channel,
      position,
      at,
      legacy,
      position,
      live,
      at + 400,
      isBehind ? positionOf(Math.max(0, Number(row.position.slice(7)) - 1)) : position,
      [[seen.key, seen.free, seen.held, seen.position, seen.at]],
    ])
    Object.assign(old, row)
    Object.assign(row, available(row) < 4 ? { free: row.free + 60 } : { held: row.held + legacy })
    Object.assign(row, { position, at })
    line(['v', position, at, row.key, row.free, row.held])
  }
  writeSync(handle, buffered)
  closeSync(handle)
}
