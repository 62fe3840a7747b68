import type { LegacyTransaction, TransactionHeader } from '../../src/model/change-event.ts'
import type { Context } from '../../src/model/context.ts'
import { pending } from '../../src/model/context.ts'
import { encode } from '../../src/model/canonical.ts'
import type { Position } from '../../src/model/ids.ts'
import { epochMs, position, resumeToken, rowKey, sourceName, tableName } from '../../src/model/ids.ts'
import type { Row } from '../../src/model/value.ts'
import type { PipelineConfig } from '../../src/pipeline/config.ts'
import type { ChangeSource, SourceColumn, SourceTable } from '../../src/ports/change-source.ts'
import { rule } from '../../rules/rule.ts'
import { contextsFor, stream } from '../../src/shadow/define-context.ts'
import type { TypedProjection } from '../../src/shadow/define-context.ts'
import { draw } from './draw.ts'
import type { Scenario } from './scenario.ts'
import type { Answer, Cells } from './world/cells.ts'
import type { Ask, Column } from './world/domain.ts'
import type { Commit } from './world/simulate.ts'
import { bugsAt } from './world/truth.ts'

const source = sourceName('bench')

export const benchContext = 'decision'

/** The place of each commit in the captured log; commits that the capture lost whole have one too. */
export type Places = ReadonlyMap<number, Position>

/** A scenario's legacy as the product meets it: a log of transactions, and what the team configured. */
export interface Stage {
  readonly config: PipelineConfig
  readonly places: Places
  /** `${table}\n${key}\n${seq}` of each change that the capture lost. */
  readonly lost: ReadonlySet<string>
}

type Tables = Readonly<Record<string, Row>>

const { defineContext, projection } = contextsFor<Tables>()

export const lostName = (table: string, key: string, seq: number): string => `${table}\n${key}\n${seq}`

interface Captured extends Commit {
  readonly capturedAtMs: number
}

const capture = (scenario: Scenario): { readonly commits: readonly Captured[]; readonly lost: ReadonlySet<string> } => {
  const from = draw(scenario.seed, 'capture')
  const { domain } = scenario.options
  const { missingShare, clockErrorMs } = scenario.capture
  const readTables = new Set([domain.state.table, ...domain.references.map(({ table }) => table)])
  const lost = new Set<string>()
  const commits = scenario.world.commits.map((commit): Captured => {
    const changes = commit.changes.filter((change) => {
      const drop = commit.seq > 0 && readTables.has(change.table) && from.chance(missingShare)
      if (drop) lost.add(lostName(change.table, change.key, commit.seq))
      return !drop
    })
    const errorMs = commit.seq === 0 ? 0 : Math.round((from.next() * 2 - 1) * clockErrorMs)
    return { ...commit, changes, capturedAtMs: commit.committedAtMs + errorMs }
  })
  return { commits: clockErrorMs === 0 ? commits : commits.toSorted((a, b) => a.capturedAtMs - b.capturedAtMs || a.seq - b.seq), lost }
}

const transactionOf = (commit: Captured, at: Position): LegacyTransaction => {
  const header: TransactionHeader = {
    source,
    position: at,
    id: String(commit.seq),
    beganAt: null,
    committedAt: epochMs(commit.capturedAtMs),
    capturedAt: epochMs(commit.capturedAtMs),
    count: commit.changes.length,
    snapshot: commit.seq === 0,
  }
  const changes = commit.changes.map(
    (change, ordinal) =>
      ({
        transaction: header,
        ordinal,
        op: change.op,
        table: tableName(change.table),
        key: rowKey(encode([change.key])),
        before: null,
        after: change.row,
        beforeKind: 'none',
        omitted: [],
      }) as const,
  )
  return { kind: 'transaction', header, token: resumeToken(at), changes: () => changes }
}

const memorySource = (transactions: readonly LegacyTransaction[], tables: readonly SourceTable[]): ChangeSource => ({
  name: source,
  read: async function* ({ from, signal }) {
    let found = from === null
    for (const transaction of transactions) {
      if (signal.aborted) return
      if (found) yield transaction
      else found = transaction.token === from
    }
  },
  acknowledge: () => {},
  preflight: async () => [],
  tables: async () => tables,
  [Symbol.asyncDispose]: async () => {},
})

const columnsOf = (keyColumn: string, columns: readonly Pick<Column, 'name' | 'type'>[]): readonly SourceColumn[] => [
  { name: keyColumn, type: 'text', nullable: false, keyOrder: 1 },
  ...columns.map(({ name, type }) => ({ name, type, nullable: true, keyOrder: null })),
]

const typeOf = (cell: unknown): Column['type'] => (typeof cell === 'number' ? 'int4' : 'text')

const tablesOf = (scenario: Scenario): readonly SourceTable[] => {
  const { domain, columns } = scenario.options
  const stateRow = scenario.world.commits[0]?.changes.find(({ table }) => table === domain.state.table)?.row ?? {}
  return [
    { name: tableName(domain.request.table), columns: columnsOf(domain.request.keyColumn, columns) },
    {
      name: tableName(domain.resultTable),
      columns: columnsOf(domain.request.keyColumn, [
        ...domain.answerFields.map((name) => ({
          name,
          type: name === 'outcome' || name === 'node' ? ('text' as const) : ('int4' as const),
        })),
        { name: 'dec_ts', type: 'text' as const },
      ]),
    },
    {
      name: tableName(domain.state.table),
      columns: columnsOf(
        domain.state.keyColumn,
        Object.keys(stateRow)
          .filter((name) => name !== domain.state.keyColumn)
          .map((name) => ({ name, type: typeOf(stateRow[name]) })),
      ),
    },
    ...domain.references.map((each) => ({ name: tableName(each.table), columns: columnsOf(each.keyColumn, each.columns) })),
  ]
}

interface Reading {
  readonly get: (key: string) => Promise<Cells | undefined>
  readonly group: (group: string) => Promise<readonly { readonly key: string; readonly value: Cells }[]>
}

type Tools = Readonly<Record<string, Reading>> & { readonly clock: { readonly now: () => number } }

/** A candidate: the documented policy with some mistakes, on what it is given to read. */
const candidate =
  (scenario: Scenario, bugs: ReadonlySet<string>) =>
  async (input: Cells, given: unknown): Promise<Answer> => {
    const tools = given as Tools
    const { domain } = scenario.options
    const references: Record<string, Cells | null> = {}
    for (const each of domain.references) {
      references[each.projection] = (await tools[each.projection]?.get(each.keyOf(input, references))) ?? null
    }
    const asked = String(input[domain.state.askedBy])
    const reads = tools[domain.state.projection]
    const state =
      domain.state.group === null
        ? [await reads?.get(asked)].filter((one) => one !== undefined)
        : ((await reads?.group(asked)) ?? []).map(({ value }) => value)
    const ask: Ask = {
      input,
      references,
      state,
      // Only who needs the clock looks at it.
      get clockMs() {
        return tools.clock.now()
      },
    }
    return domain.policy(ask, bugs)
  }

/** Documents that tell only half: nothing of those whose number is odd. */
const isOdd = (input: Cells, column: string): boolean => '13579'.includes(String(input[column]).at(-1) ?? '-')

const partly =
  (whole: (input: Cells, given: unknown) => Promise<Answer>, column: string) =>
  async (input: Cells, given: unknown): Promise<Answer | undefined> =>
    isOdd(input, column) ? undefined : whole(input, given)

const contextOf = (scenario: Scenario): Context => {
  const { domain } = scenario.options
  const { view } = scenario
  const of = (
    table: string,
    kind: 'state' | 'reference',
    name: string,
    keyColumn: string,
    value: (row: Cells) => Cells,
    group: ((row: Cells) => string) | null,
  ): TypedProjection<unknown> =>
    projection({
      kind,
      from: table,
      key: (row) => String(row[keyColumn]),
      ...(group === null ? {} : { group: (row: Row) => group(row as Cells) }),
      value: (row) => value(row as Cells),
      feed: stream(),
      freshWithin: `${view.freshMs[name] ?? 0} ms`,
    })
  const { state } = domain
  const reads = Object.fromEntries([
    ...domain.references.map(
      (each) => [each.projection, of(each.table, 'reference', each.projection, each.keyColumn, each.value, null)] as const,
    ),
    [state.projection, of(state.table, 'state', state.projection, state.keyColumn, state.value, state.group)] as const,
  ])
  const documented = candidate(scenario, new Set())
  const first = domain.request.columns[0]?.name ?? ''
  const answer = (row: Row | undefined): Answer =>
    Object.fromEntries(domain.answerFields.map((field) => [field, (row?.[field] ?? null) as Answer[string]]))
  return defineContext<typeof reads, Cells, Answer>(benchContext, {
    on: domain.request.event,
    reads,
    candidate: candidate(scenario, bugsAt(view, Number.MAX_SAFE_INTEGER)),
    version: 'v2',
    legacy: {
      watch: { [domain.resultTable]: (row: Row) => String(row[domain.request.keyColumn]) },
      answer: (transactions) => {
        const row = transactions.flatMap((tx) => [...tx.created(domain.resultTable)]).at(-1)
        return row === undefined ? pending : answer(row)
      },
      decidedAt: (transactions) => {
        const row = transactions.flatMap((tx) => [...tx.created(domain.resultTable)]).at(-1)
        return row === undefined ? null : epochMs(Date.parse(String(row['dec_ts'])))
      },
    },
    answersWithin: '1 h',
    settlesWithin: `${scenario.settlesMs} ms`,
    // Who orders commits by clocks must say how wrong they can be.
    ...(scenario.capture.clockErrorMs === 0 ? {} : { clockError: `${scenario.capture.clockErrorMs} ms` as const }),
    invariants: [{ name: `${domain.name} holds`, holds: (given, trigger) => domain.invariant(given, trigger.data) }],
    ...(scenario.documented === 'nothing' ? {} : { specification: scenario.documented === 'all' ? documented : partly(documented, first) }),
    ...(view.presentSinceMs === 0
      ? {}
      : {
          olderVersions: [
            {
              version: 'v1',
              candidate: candidate(scenario, bugsAt(view, view.presentSinceMs - 1)),
              until: new Date(view.presentSinceMs).toISOString(),
            },
          ],
        }),
  })
}

/** True where documents that tell half say nothing. */
export const isUndocumented = (scenario: Scenario, input: Cells): boolean => {
  if (scenario.documented !== 'part') return scenario.documented === 'nothing'
  const first = scenario.options.domain.request.columns[0]?.name ?? ''
  return isOdd(input, first)
}

/** The legacy's log and the team's config, as the product is given them. */
export const stageOf = (scenario: Scenario): Stage => {
  const { domain } = scenario.options
  const { commits, lost } = capture(scenario)
  const placed = commits.map((commit, at) => ({ commit, at: position(`b1:${String(at).padStart(10, '0')}`) }))
  const transactions = placed.filter(({ commit }) => commit.changes.length > 0).map(({ commit, at }) => transactionOf(commit, at))
  const event = rule(domain.request.event, {
    version: 1,
    owner: 'bench',
    when: (tx) => tx.created(domain.request.table),
    emit: (row) => {
      const { [domain.request.keyColumn]: key, ...data } = row as Cells
      return { key: String(key), data }
    },
  })
  return {
    config: {
      source: memorySource(transactions, tablesOf(scenario)),
      rules: [event],
      journeys: [],
      contexts: [contextOf(scenario)],
      time: null,
      title: scenario.name,
    },
    places: new Map(placed.map(({ commit, at }) => [commit.seq, at])),
    lost,
  }
}
