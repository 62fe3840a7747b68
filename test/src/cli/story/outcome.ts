import pg from 'pg'
import type { BusinessEvent } from '../../../../src/model/business-event.ts'
import { encode } from '../../../../src/model/canonical.ts'
import type { EpochMs, Position } from '../../../../src/model/ids.ts'
import { contextName, position, sourceName, tableName } from '../../../../src/model/ids.ts'
import { endOfLog } from '../../../../src/model/log-point.ts'
import type { PairedDecision } from '../../../../src/model/paired-decision.ts'
import type { Data } from '../../../../src/model/value.ts'
import type { Verdict } from '../../../../src/model/verdict.ts'
import type { DecisionTotals, Totals } from '../../../../src/ports/archive-reader.ts'
import type { ChangeEvent } from '../../../../src/model/change-event.ts'
import type { Store } from '../../../../src/ports/store.ts'
import { openStore } from '../../../../src/store/open.ts'

const source = sourceName('oms')
const context = contextName('inventory-promise')

/** All that a run of the story left in its store. */
export interface Outcome {
  readonly totals: Totals
  readonly decisions: DecisionTotals
  readonly events: readonly BusinessEvent[]
  readonly pairs: readonly PairedDecision[]
  /** Every version of the item master. */
  readonly items: readonly ChangeEvent[]
  readonly snapshotAt: Position
  readonly watermark: EpochMs
}

export const outcomeOf = async (storeUrl: string): Promise<Outcome> => {
  await using store = await openStore({ url: storeUrl })
  const pairs: PairedDecision[] = []
  for await (const part of store.archive(context)) pairs.push(...part)
  const cursor = await store.captureCursor(source)
  const [types, snapshotAt] = await Promise.all([
    column(storeUrl, 'SELECT DISTINCT type FROM banyan.events'),
    column(storeUrl, 'SELECT position FROM banyan.transactions WHERE snapshot'),
  ])
  return {
    totals: await store.totals(source),
    decisions: await store.decisionTotals(context, 'promise.requested'),
    events: await eventsOf(store, types),
    pairs,
    items: await store.readChanges({ source, tables: [tableName('itm_mst')], after: null, upTo: endOfLog.position, limit: 1_000_000 }),
    snapshotAt: position(snapshotAt[0] ?? ''),
    watermark: cursor?.at ?? (0 as EpochMs),
  }
}

const column = async (url: string, sql: string): Promise<readonly string[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<[string]>({ text: sql, rowMode: 'array' })
  await client.end()
  return rows.map(([value]) => value)
}

const eventsOf = (store: Store, types: readonly string[]): Promise<readonly BusinessEvent[]> =>
  store.readEvents({ source, types, after: null, upTo: endOfLog.position, limit: 1_000_000 })

/** A limit that passes is noticed at the next commit or at the next word of an idle source, whichever comes first: at `until` every run has noticed. */
export const comparableEvents = ({ events }: Outcome, until: EpochMs): ReadonlyMap<string, string> =>
  new Map(
    events
      .filter((event) => !isOverdue(event) || event.occurredAt < until)
      // Where the log stood when it was noticed is the place of that commit or word, and an idle source says it when it likes.
      .map((event) => [event.id, encode((isOverdue(event) ? { ...event, position: null, ordinal: null } : event) as unknown as Data)]),
  )

const isOverdue = (event: BusinessEvent): boolean => event.type.endsWith('-overdue')

/** Of each decision all that must not hang on when and how often the run was interrupted. */
export const comparableDecisions = (outcome: Outcome): ReadonlyMap<string, string> =>
  new Map(
    outcome.pairs.map(({ live, legacy, verdict }) => [
      live.id,
      encode(
        withoutSnapshot(outcome.snapshotAt, {
          trigger: live.trigger,
          candidateVersion: live.candidateVersion,
          legacy,
          asOf: verdict?.asOf ?? null,
          logic: verdict === null ? null : logicOf(verdict),
        }),
      ),
    ]),
  )

const environmentCauses: ReadonlySet<string> = new Set(['timing', 'stale-data'])
/** Said of live answers alone. */
const environmentReasons: ReadonlySet<string> = new Set(['nondeterministic-candidate', 'unrecorded-read'])

/** What the verdict says of the logic of both sides; the live answer has no part in it. */
const logicOf = ({ finding, revision, asOfDifferences, fingerprint, decidedAt, exposure }: Verdict): object => ({
  causes: finding.kind === 'caused' ? finding.causes.filter((cause) => !environmentCauses.has(cause)) : [],
  rule: finding.kind === 'caused' ? finding.rule : null,
  unresolved: finding.kind === 'unresolved' && !environmentReasons.has(finding.reason) ? finding.reason : null,
  revision,
  asOfDifferences,
  fingerprint: asOfDifferences.length > 0 ? fingerprint : null,
  decidedAt,
  exposure,
})

/** Each slot begins at a place of its own, which is where the rows of its snapshot count as written. */
const withoutSnapshot = (snapshotAt: Position, value: unknown): Data => {
  if (Array.isArray(value)) return value.map((one) => withoutSnapshot(snapshotAt, one))
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value as Data
  const entries = Object.entries(value).map(([name, one]) => [name, withoutSnapshot(snapshotAt, one)] as const)
  const plain = Object.fromEntries(entries)
  return plain['position'] === snapshotAt ? { ...plain, position: 'snapshot', committedAt: null } : plain
}

/** Ids that one side lacks or has otherwise, with both texts. */
export const differing = (calm: ReadonlyMap<string, string>, killed: ReadonlyMap<string, string>): readonly object[] =>
  [...new Set([...calm.keys(), ...killed.keys()])].flatMap((id) =>
    calm.get(id) === killed.get(id) ? [] : [{ id, calm: calm.get(id), killed: killed.get(id) }],
  )
