import type { Draw } from './draw.ts'
import type { Write } from './history.ts'
import { markTable } from './history.ts'

/** Rows that every worker may change, but only with the ticket in hand. They are never deleted. */
export const sharedKeys: readonly string[] = Array.from({ length: 8 }, (_, key) => String(key + 1))

const ownKeys = 12
const longNoteChars = 3_000

/** What the writes of a worker are drawn with. */
export interface Writer {
  readonly draw: Draw
  readonly worker: number
  /** Its own rows that are there. */
  readonly own: ReadonlySet<string>
  readonly nextVersion: () => number
  /** A column that has come by a schema change and may be written. */
  readonly column: string | null
}

export const markOf = (id: string, worker: number, turn: number): Write => ({
  table: markTable,
  key: id,
  op: 'create',
  version: 1,
  set: { id, worker: String(worker), turn: String(turn) },
})

/** The rows that all share, as they are before anything else. */
export const sharedRows = (): readonly Write[] => sharedKeys.map((key) => itemRow(key, 1))

const itemRow = (key: string, version: number): Write => ({
  table: 'item',
  key,
  op: 'create',
  version,
  set: { id: key, version: String(version), price: '1.00', note: null },
})

/** The writes of one transaction behind its mark: mostly few, now and then many with long texts; `most`: as many as that, all long. */
export const drawWrites = (writer: Writer, ticketed: boolean, most = 0): readonly Write[] => {
  const { draw } = writer
  const own = new Set(writer.own)
  const large = most > 0 || draw.chance(0.04)
  const count = most > 0 ? most : large ? 40 + draw.below(80) : 1 + draw.below(4)
  const writes: Write[] = []
  for (let at = 0; at < count; at += 1) {
    if (ticketed && draw.chance(0.5)) writes.push(update(writer, sharedKeys[draw.below(sharedKeys.length)] ?? '1', large))
    else writes.push(...ownWrites(writer, own, large))
  }
  return writes
}

const ownWrites = (writer: Writer, own: Set<string>, large: boolean): readonly Write[] => {
  const { draw, worker } = writer
  const key = String(1_000 * worker + draw.below(ownKeys))
  if (!own.has(key)) {
    own.add(key)
    return [create(writer, key, large)]
  }
  if (draw.chance(0.15)) {
    own.delete(key)
    return [remove(writer, key)]
  }
  const other = String(1_000 * worker + draw.below(ownKeys))
  if (own.has(other) || !draw.chance(0.3)) return [update(writer, key, large)]
  own.delete(key)
  own.add(other)
  return rekey(writer, key, other)
}

const note = (draw: Draw, large: boolean): string | null => {
  if (draw.chance(0.2)) return null
  const word = `n${draw.below(1_000_000)} 'quoted' \té\n`
  return large || draw.chance(0.1) ? word.repeat(longNoteChars / word.length) : word
}

const values = ({ draw, column }: Writer, version: number): Record<string, string | null> => ({
  version: String(version),
  price: `${draw.below(10_000)}.${String(draw.below(100)).padStart(2, '0')}`,
  ...(column === null ? {} : { [column]: draw.chance(0.2) ? null : String(draw.below(1_000)) }),
})

const create = (writer: Writer, key: string, large: boolean): Write => {
  const version = writer.nextVersion()
  return { table: 'item', key, op: 'create', version, set: { id: key, ...values(writer, version), note: note(writer.draw, large) } }
}

/** Half of the updates leave the note alone: where it is long, the log may leave it out. */
const update = (writer: Writer, key: string, large: boolean): Write => {
  const version = writer.nextVersion()
  const set = { ...values(writer, version), ...(writer.draw.chance(0.5) ? {} : { note: note(writer.draw, large) }) }
  return { table: 'item', key, op: 'update', version, set }
}

/** The note stays as it is. */
const rekey = (writer: Writer, from: string, key: string): readonly Write[] => {
  const gone = remove(writer, from)
  const version = writer.nextVersion()
  return [gone, { table: 'item', key, op: 'create', version, from, set: { id: key, ...values(writer, version) } }]
}

const remove = (writer: Writer, key: string): Write => ({ table: 'item', key, op: 'delete', version: writer.nextVersion(), set: {} })

const literal = (value: string | null): string => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`)

/** The statements of these writes, one a write but for a changed key; keys are the column `id`. */
export const statementsOf = (writes: readonly Write[]): readonly string[] =>
  writes.filter((write, at) => !isFrom(writes[at + 1], write)).map(statementOf)

const isFrom = (next: Write | undefined, { key, op }: Write): boolean => op === 'delete' && next?.from === key

const statementOf = ({ table, key, op, set, from }: Write): string => {
  const columns = Object.keys(set)
  const changed = from ?? (op === 'update' ? key : null)
  if (op === 'delete') return `DELETE FROM ${table} WHERE id = ${literal(key)}`
  if (changed === null) {
    return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => literal(set[name] ?? null)).join(', ')})`
  }
  const assigned = columns.map((name) => `${name} = ${literal(set[name] ?? null)}`)
  return `UPDATE ${table} SET ${assigned.join(', ')} WHERE id = ${literal(changed)}`
}

/** What the rows of a worker are after these writes. */
export const ownAfter = (own: ReadonlySet<string>, writes: readonly Write[], worker: number): ReadonlySet<string> => {
  const after = new Set(own)
  for (const { table, key, op } of writes) {
    if (table !== 'item' || Math.floor(Number(key) / 1_000) !== worker) continue
    if (op === 'delete') after.delete(key)
    else after.add(key)
  }
  return after
}
