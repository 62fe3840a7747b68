import type { ChangeEvent, LegacyTransaction, SourceItem } from '../../../src/model/change-event.ts'
import type { TableName } from '../../../src/model/ids.ts'
import type { EmitPart, EmitProgress } from '../../../src/ports/change-emitter.ts'
import type { SnapshotMark } from './source-block.ts'

const partChanges = 2_000

/** What a change source yields, in parts. */
export async function* partsOf(items: AsyncIterable<SourceItem>): AsyncGenerator<EmitPart | EmitProgress> {
  for await (const item of items) {
    if (item.kind === 'progress') yield { kind: 'progress', token: item.token }
    else yield* partsOfTransaction(item)
  }
}

function* partsOfTransaction(transaction: LegacyTransaction): Generator<EmitPart> {
  const { header, token, described = [], reread = false } = transaction
  const common = { kind: 'part', header, described, token, reread } as const
  let changes: ChangeEvent[] = []
  let isFirst = true
  for (const change of transaction.changes()) {
    if (changes.length === partChanges) {
      yield { ...common, changes, isFirst, isLast: false }
      changes = []
      isFirst = false
    }
    changes.push(change)
  }
  yield { ...common, changes, isFirst, isLast: true }
}

export interface MarkedPart extends EmitPart {
  readonly markOf: (place: number) => SnapshotMark
}

/** Says of each row of a snapshot where in it it is, for which one part is looked ahead; `begun`: rows of it came before. */
export async function* marked(items: AsyncIterable<EmitPart | EmitProgress>, begun: boolean): AsyncGenerator<MarkedPart | EmitProgress> {
  let held: EmitPart | null = null
  let before: TableName | null = null
  let isBegun = begun
  const told = (part: EmitPart, next: TableName | null): MarkedPart => {
    const marks = marksOf(part.changes, { before, next, isBegun })
    before = part.changes.at(-1)?.table ?? before
    isBegun = true
    return { ...part, markOf: (place) => marks[place] ?? 'true' }
  }
  for await (const item of items) {
    const isRow = item.kind === 'part' && item.header.snapshot && !item.reread
    if (held !== null) {
      yield told(held, isRow ? (item.changes[0]?.table ?? null) : null)
      held = null
    }
    if (isRow) held = item
    else if (item.kind === 'part') yield { ...item, markOf: () => (item.reread ? 'incremental' : 'false') }
    else yield item
  }
  if (held !== null) yield told(held, null)
}

interface Around {
  readonly before: TableName | null
  /** Table of the row behind; null: it was the last of all. */
  readonly next: TableName | null
  readonly isBegun: boolean
}

const marksOf = (changes: readonly ChangeEvent[], { before, next, isBegun }: Around): readonly SnapshotMark[] =>
  changes.map(({ table }, place) => {
    const behind = place + 1 < changes.length ? (changes[place + 1]?.table ?? null) : next
    const ahead = place > 0 ? (changes[place - 1]?.table ?? null) : before
    if (behind === null) return 'last'
    if (place === 0 && !isBegun) return 'first'
    if (behind !== table) return 'last_in_data_collection'
    return ahead !== table ? 'first_in_data_collection' : 'true'
  })
