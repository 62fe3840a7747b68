import type { PgColumn, PgColumnBuilderBase, PgTableWithColumns } from 'drizzle-orm/pg-core'
import { bigint, boolean, customType, doublePrecision, integer, pgSchema, smallint } from 'drizzle-orm/pg-core'

/** A drizzle table told by the rows that it holds. Without it every table's type would be pages long. */
export type Table<Row> = PgTableWithColumns<{
  name: string
  schema: 'banyan'
  dialect: 'pg'
  columns: {
    [Name in keyof Row & string]: PgColumn<{
      name: Name
      tableName: string
      dataType: 'custom'
      columnType: string
      data: NonNullable<Row[Name]>
      driverParam: unknown
      notNull: null extends Row[Name] ? false : true
      hasDefault: false
      isPrimaryKey: false
      isAutoincrement: false
      hasRuntimeDefault: false
      enumValues: undefined
    }>
  }
}>

const schema = pgSchema('banyan')

/** The cast is kept honest by a test that compares these tables with the migrated database. */
const table = <Row>(name: string, columns: { readonly [Name in keyof Row]: PgColumnBuilderBase }): Table<Row> =>
  schema.table(name, columns) as unknown as Table<Row>

const text = customType<{ data: string }>({ dataType: () => 'text' })
const texts = customType<{ data: readonly string[] }>({ dataType: () => 'text[]' })
/** One byte. */
const letter = customType<{ data: string }>({ dataType: () => '"char"' })

export interface SourceRow {
  readonly id: number
  readonly name: string
}
export const sources: Table<SourceRow> = table<SourceRow>('sources', { id: smallint().generatedAlwaysAsIdentity(), name: text().notNull() })

export interface SourceTableRow extends SourceRow {
  readonly sourceId: number
}
export const sourceTables: Table<SourceTableRow> = table<SourceTableRow>('source_tables', {
  id: integer().generatedAlwaysAsIdentity(),
  sourceId: smallint('source_id').notNull(),
  name: text().notNull(),
})

export interface CaptureCursorRow {
  readonly sourceId: number
  readonly token: string
  readonly position: string
  readonly at: number
  readonly phase: string
  readonly transactions: number
  readonly changes: number
  readonly events: number
}
export const captureCursors: Table<CaptureCursorRow> = table<CaptureCursorRow>('capture_cursors', {
  sourceId: smallint('source_id').notNull(),
  token: text().notNull(),
  position: text().notNull(),
  at: doublePrecision().notNull(),
  phase: text().notNull(),
  transactions: bigint({ mode: 'number' }).notNull(),
  changes: bigint({ mode: 'number' }).notNull(),
  events: bigint({ mode: 'number' }).notNull(),
})

export interface RereadAskRow {
  readonly sourceId: number
  readonly tableName: string
  readonly askedAt: number
}
export const rereadAsks: Table<RereadAskRow> = table<RereadAskRow>('reread_asks', {
  sourceId: smallint('source_id').notNull(),
  tableName: text('table_name').notNull(),
  askedAt: doublePrecision('asked_at').notNull(),
})

export interface StageCursorRow {
  readonly stage: string
  readonly position: string
  readonly ordinal: number
  readonly detail: string | null
  readonly place: bigint | null
}
export const stageCursors: Table<StageCursorRow> = table<StageCursorRow>('stage_cursors', {
  stage: text().notNull(),
  position: text().notNull(),
  ordinal: integer().notNull(),
  detail: text(),
  place: bigint({ mode: 'bigint' }),
})

export interface TransactionRow {
  readonly sourceId: number
  readonly position: string
  readonly transactionId: string
  readonly beganAt: number | null
  readonly committedAt: number
  readonly capturedAt: number
  readonly changeCount: number
  readonly snapshot: boolean
}
export const transactions: Table<TransactionRow> = table<TransactionRow>('transactions', {
  sourceId: smallint('source_id').notNull(),
  position: text().notNull(),
  transactionId: text('transaction_id').notNull(),
  beganAt: doublePrecision('began_at'),
  committedAt: doublePrecision('committed_at').notNull(),
  capturedAt: doublePrecision('captured_at').notNull(),
  changeCount: integer('change_count').notNull(),
  snapshot: boolean().notNull(),
})

export interface ChangeRow {
  readonly sourceId: number
  readonly tableId: number
  readonly ordinal: number
  readonly op: string
  readonly beforeKind: string
  readonly position: string
  readonly key: string | null
  readonly before: string | null
  readonly after: string | null
  readonly omitted: string | null
}
export const changes: Table<ChangeRow> = table<ChangeRow>('changes', {
  sourceId: smallint('source_id').notNull(),
  tableId: integer('table_id').notNull(),
  ordinal: integer().notNull(),
  op: letter().notNull(),
  beforeKind: letter('before_kind').notNull(),
  position: text().notNull(),
  key: text(),
  before: text(),
  after: text(),
  omitted: text(),
})

export interface EventRow {
  readonly id: string
  readonly sourceId: number
  readonly ordinal: number
  readonly ruleVersion: number
  readonly occurredAt: number
  readonly position: string
  readonly type: string
  readonly key: string
  readonly journey: string | null
  readonly milestone: string | null
  readonly ruleName: string
  readonly causes: string
  readonly data: string
  readonly place: bigint
}
export const events: Table<EventRow> = table<EventRow>('events', {
  id: text().notNull(),
  sourceId: smallint('source_id').notNull(),
  ordinal: integer().notNull(),
  ruleVersion: integer('rule_version').notNull(),
  occurredAt: doublePrecision('occurred_at').notNull(),
  position: text().notNull(),
  type: text().notNull(),
  key: text().notNull(),
  journey: text(),
  milestone: text(),
  ruleName: text('rule_name').notNull(),
  causes: text().notNull(),
  data: text().notNull(),
  place: bigint({ mode: 'bigint' }).generatedAlwaysAsIdentity(),
})

export interface JourneyRow {
  readonly journey: string
  readonly key: string
  readonly dueAt: number | null
  readonly body: string
}
export const journeys: Table<JourneyRow> = table<JourneyRow>('journeys', {
  journey: text().notNull(),
  key: text().notNull(),
  dueAt: doublePrecision('due_at'),
  body: text().notNull(),
})

export interface DeadLetterRow {
  readonly id: string
  readonly sourceId: number
  readonly position: string
  readonly body: string
}
export const deadLetters: Table<DeadLetterRow> = table<DeadLetterRow>('dead_letters', {
  id: text().notNull(),
  sourceId: smallint('source_id').notNull(),
  position: text().notNull(),
  body: text().notNull(),
})

export interface DecisionRow {
  readonly id: string
  readonly context: string
  readonly body: string
}
export const decisions: Table<DecisionRow> = table<DecisionRow>('decisions', {
  id: text().notNull(),
  context: text().notNull(),
  body: text().notNull(),
})

export interface LegacyDecisionRow extends DecisionRow {
  readonly asOfOrdinal: number
  readonly revision: number
  readonly classifiedRevision: number
  readonly state: string
  readonly key: string
  readonly asOfPosition: string
}
export const legacyDecisions: Table<LegacyDecisionRow> = table<LegacyDecisionRow>('legacy_decisions', {
  id: text().notNull(),
  asOfOrdinal: integer('as_of_ordinal').notNull(),
  revision: integer().notNull(),
  classifiedRevision: integer('classified_revision').notNull(),
  context: text().notNull(),
  state: text().notNull(),
  key: text().notNull(),
  asOfPosition: text('as_of_position').notNull(),
  body: text().notNull(),
})

export interface VerdictRow extends DecisionRow {
  readonly revision: number
}
export const verdicts: Table<VerdictRow> = table<VerdictRow>('verdicts', {
  id: text().notNull(),
  revision: integer().notNull(),
  context: text().notNull(),
  body: text().notNull(),
})

export interface HiddenRuleRow extends DecisionRow {
  readonly place: number
}
export const hiddenRules: Table<HiddenRuleRow> = table<HiddenRuleRow>('hidden_rules', {
  context: text().notNull(),
  id: text().notNull(),
  place: integer().notNull(),
  body: text().notNull(),
})

export interface TableVersionRow {
  readonly sourceId: number
  readonly ordinal: number
  readonly position: string
  readonly name: string
  readonly body: string
}
export const tableVersions: Table<TableVersionRow> = table<TableVersionRow>('table_versions', {
  sourceId: smallint('source_id').notNull(),
  ordinal: integer().notNull(),
  position: text().notNull(),
  name: text().notNull(),
  body: text().notNull(),
})

export interface MemberRow {
  readonly number: number
  readonly host: string
  readonly pid: number
  readonly sessions: string
  readonly since: number
  readonly seenAt: number
  readonly waitsFor: readonly string[]
}
export const members: Table<MemberRow> = table<MemberRow>('members', {
  number: integer().generatedAlwaysAsIdentity(),
  host: text().notNull(),
  pid: integer().notNull(),
  sessions: text().notNull(),
  since: doublePrecision().notNull(),
  seenAt: doublePrecision('seen_at').notNull(),
  waitsFor: texts('waits_for').notNull(),
})

export interface ClaimRow extends Pick<MemberRow, 'number' | 'since'> {
  readonly stage: string
  readonly epoch: number
}
export const claims: Table<ClaimRow> = table<ClaimRow>('claims', {
  number: integer().generatedAlwaysAsIdentity(),
  stage: text().notNull(),
  epoch: integer().notNull(),
  since: doublePrecision().notNull(),
})
