import type { ChangeEvent } from '../model/change-event.ts'
import { BanyanError } from '../model/errors.ts'
import type { Position, TableName } from '../model/ids.ts'
import { position } from '../model/ids.ts'
import type { LogPoint } from '../model/read.ts'
import type { TableDescription } from '../model/table-shape.ts'
import type { CaptureCursor } from '../ports/capture-store.ts'
import type { EmitPart, EmitProgress, Emittable } from '../ports/change-emitter.ts'
import type { ChangeSource } from '../ports/change-source.ts'
import type { Store } from '../ports/store.ts'

const pageChanges = 2_000
/** An idle source moves only its watermark, which wakes nobody. */
const idleLookMs = 250
const behindAll = 2 ** 31 - 1

/** What capture has stored of a source, for those who emit it: it holds up nobody, and needs no reader of the source of its own. */
export const storedChanges = ({ store, source }: { readonly store: Store; readonly source: ChangeSource }): Emittable => ({
  read: (from, signal) => readStored(store, source, { from: from === null ? null : parsePoint(from), signal }),
  // The store keeps what it has.
  acknowledge: () => {},
  tables: source.tables,
})

interface Reading {
  readonly from: LogPoint | null
  readonly signal: AbortSignal
}

async function* readStored(store: Store, source: ChangeSource, { from, signal }: Reading): AsyncGenerator<EmitPart | EmitProgress> {
  const shapes = shapesOf(store, source)
  let after = from
  let seen: CaptureCursor | null = null
  while (!signal.aborted) {
    const look = AbortSignal.any([signal, AbortSignal.timeout(idleLookMs)])
    const cursor: CaptureCursor | null = await store.captured(source.name, seen?.position ?? null, look)
    if (cursor === null || (cursor.position === seen?.position && cursor.phase === seen.phase)) continue
    seen = cursor
    // Rows of a snapshot share one position, and are not all there yet.
    if (cursor.phase === 'snapshot') continue
    await shapes.refresh()
    const read = { store, source, after, upTo: cursor.position, signal, shapes }
    after = { position: cursor.position, ordinal: behindAll }
    yield* partsUpTo(read)
    if (signal.aborted) return
    yield { kind: 'progress', token: tokenOf(after) }
    if (cursor.phase === 'ended') return
  }
}

interface UpTo extends Pick<Reading, 'signal'> {
  readonly store: Store
  readonly source: ChangeSource
  readonly after: LogPoint | null
  readonly upTo: Position
  readonly shapes: Shapes
}

/** Page by page. A transaction's last part is known by what comes behind it, or by the end. */
async function* partsUpTo({ store, source, after, upTo, signal, shapes }: UpTo): AsyncGenerator<EmitPart> {
  let held: readonly ChangeEvent[] = []
  let begun: Position | null = null
  let at = after
  const part = (changes: readonly ChangeEvent[], isLast: boolean): EmitPart | null => {
    const last = changes.at(-1)
    if (last === undefined) return null
    const header = last.transaction
    // Rows of a snapshot are in no transaction that readers should see as a whole.
    const isFirst = header.snapshot || begun !== header.position
    begun = header.position
    const described = shapes.of(changes, header.position)
    const token = tokenOf({ position: header.position, ordinal: last.ordinal })
    return { kind: 'part', header, described, changes, isFirst, isLast: isLast || header.snapshot, token, reread: false }
  }
  for (;;) {
    const page: readonly ChangeEvent[] = await store.changePage({ source: source.name, after: at, upTo, limit: pageChanges })
    for (const changes of byPosition(page)) {
      const ready = part(held, held.at(-1)?.transaction.position !== changes[0]?.transaction.position)
      if (ready !== null) yield ready
      held = changes
    }
    const last = page.at(-1)
    if (last === undefined || signal.aborted) break
    at = { position: last.transaction.position, ordinal: last.ordinal }
  }
  const ready = signal.aborted ? null : part(held, true)
  if (ready !== null) yield ready
}

const byPosition = (changes: readonly ChangeEvent[]): readonly (readonly ChangeEvent[])[] => {
  const groups: ChangeEvent[][] = []
  for (const change of changes) {
    const group = groups.at(-1)
    if (group?.[0]?.transaction.position === change.transaction.position) group.push(change)
    else groups.push([change])
  }
  return groups
}

const tokenOf = ({ position: at, ordinal }: LogPoint): string => JSON.stringify([at, ordinal])

/** @throws BanyanError sink-topic for a place of another emission. */
const parsePoint = (token: string): LogPoint => {
  try {
    const [at, ordinal] = JSON.parse(token) as readonly [unknown, unknown]
    if (typeof at === 'string' && typeof ordinal === 'number') return { position: position(at), ordinal }
  } catch {
    // A token of a source is no JSON.
  }
  throw new BanyanError('sink-topic', 'what was emitted under this name was emitted straight from a source, not from a store', {
    hint: 'give the emission a name of its own (kafka.name), and topics of its own (topic.prefix)',
  })
}

interface Shapes {
  readonly refresh: () => Promise<void>
  /** Of the tables of these changes, as they were at a position. */
  readonly of: (changes: readonly ChangeEvent[], at: Position) => readonly TableDescription[]
}

const shapesOf = (store: Store, source: ChangeSource): Shapes => {
  const known = new Map<TableName, Map<Position, TableDescription>>()
  return {
    refresh: async () => {
      for (const { table, position: since, shape } of await store.tableVersions(source.name)) {
        const versions = known.get(table) ?? new Map<Position, TableDescription>()
        if (!versions.has(since)) versions.set(since, { shape })
        known.set(table, versions)
      }
    },
    of: (changes, at) => {
      const tables = new Set(changes.map(({ table }) => table))
      return [...tables].flatMap((table) => newestAt(known.get(table) ?? new Map(), at))
    },
  }
}

const newestAt = (versions: ReadonlyMap<Position, TableDescription>, at: Position): readonly TableDescription[] => {
  let newest: Position | null = null
  for (const since of versions.keys()) if (since <= at && (newest === null || since > newest)) newest = since
  const found = newest === null ? undefined : versions.get(newest)
  return found === undefined ? [] : [found]
}
