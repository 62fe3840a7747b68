import type { ChangeEvent, LegacyTransaction, SourceItem } from '../../model/change-event.ts'
import { BanyanError } from '../../model/errors.ts'
import type { SourceName, TableName } from '../../model/ids.ts'
import type { SchemaChange, TableDescription, TableShape, TableVersion, ValueKind } from '../../model/table-shape.ts'
import type { Row, Value } from '../../model/value.ts'
import type { Judgement } from '../../schema/judge.ts'
import { shapeChanges } from '../../schema/shape-changes.ts'
import { retypeValue } from '../../schema/retype-value.ts'
import { versionWords } from '../../schema/words.ts'

export interface SchemaWatchOptions {
  readonly source: SourceName
  /** What the store knows of the tables, in log order. */
  readonly versions: readonly TableVersion[]
  readonly judge: (table: TableName, changes: readonly SchemaChange[]) => Judgement
  readonly onNotice: (text: string) => void
}

/** What may be captured of some items, and what is new about their tables. */
export interface Looked {
  /** All that come before the first transaction that has to wait. */
  readonly items: readonly SourceItem[]
  readonly versions: readonly TableVersion[]
  /** Why the next one waits; null: nothing does. */
  readonly paused: TableVersion | null
}

/** Follows how the captured tables look from transaction to transaction. */
export interface SchemaWatch {
  readonly look: (items: readonly SourceItem[]) => Looked
}

type Kinds = Map<string, ValueKind>

interface Known {
  readonly shapes: Map<TableName, TableShape | null>
  /** The description that was looked at last: the same object has nothing new to say. */
  readonly descriptions: Map<TableName, TableDescription>
  /** Columns whose values are given as the kind that they had before. */
  readonly kept: Map<TableName, Kinds>
}

export const createSchemaWatch = (options: SchemaWatchOptions): SchemaWatch => {
  const known: Known = { shapes: new Map(), descriptions: new Map(), kept: new Map() }
  for (const version of options.versions) if (version.decision !== 'paused') learn(known, version)
  return {
    look: (items) => {
      const versions: TableVersion[] = []
      const passed: SourceItem[] = []
      for (const item of items) {
        const told = item.kind === 'transaction' ? lookAt(options, known, item) : nothingNew
        const paused = told.find(({ decision }) => decision === 'paused')
        if (paused !== undefined) return { items: passed, versions, paused }
        for (const version of told) {
          learn(known, version)
          versions.push(version)
          if (version.changes.length > 0) options.onNotice(noticeOf(version))
        }
        passed.push(item.kind === 'transaction' && known.kept.size > 0 ? keptTransaction(known, item) : item)
      }
      return { items: passed, versions, paused: null }
    },
  }
}

const nothingNew: readonly TableVersion[] = []

/** The versions that a transaction begins; what is known stays as it is. */
const lookAt = (options: SchemaWatchOptions, known: Known, { header, described }: LegacyTransaction): readonly TableVersion[] => {
  let begun: TableVersion[] | null = null
  for (const description of described ?? []) {
    const table = description.shape?.table ?? description.fate?.table
    if (table === undefined || known.descriptions.get(table) === description) continue
    // Of several shapes in one transaction each is compared with the one before it.
    const last = begun?.findLast((version) => version.table === table)
    const before = last === undefined ? known.shapes.get(table) : last.shape
    const changes = changesTo(description, before)
    if (changes === null) {
      known.descriptions.set(table, description)
      continue
    }
    const judged = changes.length === 0 ? unjudged : options.judge(table, changes)
    const { usedBy, decision, fingerprint } = judged
    const shape = description.fate?.kind === 'gone' ? null : (description.shape ?? before ?? null)
    const { position, committedAt: at } = header
    begun ??= []
    begun.push({ source: options.source, table, position, at, shape, changes, usedBy, decision, fingerprint })
  }
  return begun ?? nothingNew
}

const unjudged: Judgement = { usedBy: [], decision: 'first', fingerprint: '', retyped: [] }

/** Null: nothing is new. Empty: the table is seen for the first time, or again after it was gone. */
const changesTo = ({ shape, fate }: TableDescription, before: TableShape | null | undefined): readonly SchemaChange[] | null => {
  if (fate?.kind === 'gone') return before === null ? null : [{ kind: 'gone', how: fate.how }]
  if (fate?.kind === 'swapped') return [{ kind: 'swapped', other: fate.other, by: fate.by }]
  if (shape === null) return null
  if (before === undefined || before === null) return []
  const changes = shapeChanges(before, shape)
  return changes.length === 0 ? null : changes
}

const learn = ({ shapes, kept }: Known, { table, shape, changes, decision }: TableVersion): void => {
  shapes.set(table, shape)
  const kinds: Kinds = kept.get(table) ?? new Map()
  for (const change of changes) {
    if (change.kind === 'dropped' || change.kind === 'renamed') kinds.delete(change.column)
    if (change.kind !== 'retyped') continue
    const kind = kinds.get(change.column) ?? change.from.holds
    if (decision === 'retyped' && kind !== change.to.holds) kinds.set(change.column, kind)
    else kinds.delete(change.column)
  }
  if (kinds.size > 0) kept.set(table, kinds)
  else kept.delete(table)
}

const noticeOf = (version: TableVersion): string => {
  const going = { accepted: ', as accepted', retyped: '; its values keep the kind that they had', told: '', first: '', paused: '' }
  return `the legacy's schema changed: ${versionWords(version)}: capture goes on${going[version.decision]}`
}

/** Each look decodes anew only what the source itself decodes anew. */
const keptTransaction = ({ kept }: Known, tx: LegacyTransaction): LegacyTransaction => {
  const kinds = new Map([...kept].map(([table, columns]) => [table, new Map(columns)]))
  return {
    ...tx,
    *changes() {
      for (const change of tx.changes()) {
        const columns = kinds.get(change.table)
        yield columns === undefined ? change : keptChange(change, columns)
      }
    },
  }
}

const keptChange = (change: ChangeEvent, columns: Kinds): ChangeEvent => ({
  ...change,
  before: change.before === null ? null : keptRow(change, change.before, columns),
  after: change.after === null ? null : keptRow(change, change.after, columns),
})

const keptRow = (change: ChangeEvent, row: Row, columns: Kinds): Row => {
  const kept: Record<string, Value> = { ...row }
  for (const [column, kind] of columns) {
    const value = row[column]
    if (value === undefined) continue
    const same = retypeValue(value, kind)
    if (same === undefined) throw notExact(change, column, kind)
    kept[column] = same
  }
  return kept
}

const notExact = ({ table, transaction }: ChangeEvent, column: string, kind: ValueKind): BanyanError =>
  new BanyanError('source-schema-changed', `a value of ${table}.${column} is no ${kind}, which its column held before`, {
    hint: `say what its values are in the rules, and schemaChanges: { tables: { ${table}: { retyped: 'ignore' } } } in the config`,
    where: `${transaction.source} at ${transaction.position}`,
  })

/** The error that a pause ends with; the place is kept, and nothing of what comes behind it is captured. */
export const pausedError = (version: TableVersion): BanyanError =>
  new BanyanError('source-schema-changed', `capture waits before a change of the legacy's schema: ${versionWords(version)}`, {
    hint: `look at what uses it, then let it pass: schemaChanges: { accepted: ['${version.fingerprint}'] } in the config (docs/schema-changes.md)`,
    where: `${version.source} at ${version.position}`,
  })
