import { asc, eq } from 'drizzle-orm'
import type { HiddenRule } from '../model/hidden-rule.ts'
import type { LegacyDecision, LiveDecision } from '../model/decision.ts'
import type { ContextName, DecisionId } from '../model/ids.ts'
import type { JourneyState } from '../model/journey.ts'
import type { Verdict } from '../model/verdict.ts'
import type { ArchiveReader } from '../ports/archive-reader.ts'
import { fromBody } from './body.ts'
import type { Database } from './database.ts'
import { eventColumns, toEvent } from './event-row.ts'
import { hiddenRules } from './schema.ts'
import type { StageParts } from './shadow-store.ts'

const pageDecisions = 500

export const archiveReader = ({ database, dictionary }: StageParts): ArchiveReader => ({
  totals: async (source) => {
    const id = await dictionary.knownSourceId(source)
    const [row] = await database.run(({ rows }) => rows(totals, [id ?? 0]))
    return { transactions: count(row?.[0]), changes: count(row?.[1]), events: count(row?.[2]), deadLetters: count(row?.[3]) }
  },
  decisionTotals: async (context, trigger) => {
    const [row] = await database.run(({ rows }) => rows(decisionTotals, [context, trigger]))
    return { triggers: count(row?.[0]), live: count(row?.[1]), open: count(row?.[2]), settled: count(row?.[3]), verdicts: count(row?.[4]) }
  },
  verdicts: (_, ids) => verdictsOf(database, ids),
  archive: (context) => archive(database, context),
  rules: (context) =>
    database.run(async ({ orm }) => {
      const found = await orm
        .select({ body: hiddenRules.body })
        .from(hiddenRules)
        .where(eq(hiddenRules.context, context))
        .orderBy(asc(hiddenRules.place))
      return found.map(({ body }) => fromBody<HiddenRule>(body))
    }),
  decision: (id) =>
    database.run(async ({ rows }) => {
      const [found] = await rows(
        `SELECT d.body, l.body, v.body FROM banyan.decisions d LEFT JOIN banyan.legacy_decisions l USING (id)
         LEFT JOIN banyan.verdicts v USING (id) WHERE d.id = $1`,
        [id],
      )
      if (found === undefined) return null
      return { ...toDecided(found), legacy: found[1] === null ? null : fromBody<LegacyDecision>(found[1] as string) }
    }),
  journeyState: (journey, key) =>
    database.run(async ({ rows }) => {
      const [found] = await rows('SELECT body FROM banyan.journeys WHERE journey = $1 AND key = $2', [journey, key])
      return found === undefined ? null : fromBody<JourneyState>(found[0] as string)
    }),
  eventsOf: async (key, limit) => {
    const found = await database.run(({ rows }) =>
      rows(`SELECT ${eventColumns.join(', ')} FROM banyan.events WHERE key = $1 ORDER BY position DESC, ordinal DESC, id DESC LIMIT $2`, [
        key,
        limit,
      ]),
    )
    const events = await Promise.all(found.map(async (cells) => toEvent(await dictionary.sourceName(cells[1] as number), cells)))
    return events.reverse()
  },
})

const totals = `
  SELECT coalesce(sum(transactions), 0), coalesce(sum(changes), 0), coalesce(sum(events), 0),
    (SELECT count(*) FROM banyan.dead_letters WHERE source_id = $1)
  FROM banyan.capture_cursors WHERE source_id = $1`

const decisionTotals = `
  SELECT (SELECT count(*) FROM banyan.events WHERE type = $2),
    (SELECT count(*) FROM banyan.decisions WHERE context = $1),
    (SELECT count(*) FROM banyan.legacy_decisions WHERE context = $1 AND state <> 'settled'),
    (SELECT count(*) FROM banyan.legacy_decisions WHERE context = $1 AND state = 'settled'),
    (SELECT count(*) FROM banyan.verdicts WHERE context = $1)`

/** Counts come as text, because they are 64 bits wide. */
const count = (cell: unknown): number => Number(cell ?? 0)

type Decided = { readonly live: LiveDecision; readonly legacy: LegacyDecision; readonly verdict: Verdict | null }

const toDecided = ([live, legacy, verdict]: readonly unknown[]): Decided => ({
  live: fromBody<LiveDecision>(live as string),
  legacy: fromBody<LegacyDecision>((legacy ?? 'null') as string),
  verdict: verdict === null ? null : fromBody<Verdict>(verdict as string),
})

async function* verdictsOf(database: Database, ids: readonly DecisionId[]): AsyncGenerator<readonly Verdict[], undefined> {
  for (let from = 0; from < ids.length; from += pageDecisions) {
    const page = ids.slice(from, from + pageDecisions)
    const found = await database.run(({ rows }) => rows('SELECT id, body FROM banyan.verdicts WHERE id = ANY ($1)', [page]))
    const bodies = new Map(found.map(([id, body]) => [id, body as string]))
    yield page.flatMap((id) => bodies.get(id) ?? []).map((body) => fromBody<Verdict>(body))
  }
}

/**
 * Pages through the settled decisions of a context by as-of point, without holding a transaction open while the reader works. The page is
 * chosen first and then joined row by row: a server that has no statistics yet would join whole tables for each page.
 */
async function* archive(database: Database, context: ContextName): AsyncGenerator<readonly Decided[], undefined> {
  const text = `
    WITH page AS MATERIALIZED (
      SELECT l.as_of_position, l.as_of_ordinal, l.id, l.body FROM banyan.legacy_decisions l
      WHERE l.context = $1 AND (l.as_of_position, l.as_of_ordinal, l.id) > ($2, $3, $4) AND l.state = 'settled'
      ORDER BY l.as_of_position, l.as_of_ordinal, l.id LIMIT ${pageDecisions}
    )
    SELECT page.as_of_position, page.as_of_ordinal, page.id, d.live, page.body, v.verdict FROM page
    LEFT JOIN LATERAL (SELECT d.body AS live FROM banyan.decisions d WHERE d.id = page.id LIMIT 1) d ON true
    LEFT JOIN LATERAL (SELECT v.body AS verdict FROM banyan.verdicts v WHERE v.id = page.id LIMIT 1) v ON true
    ORDER BY page.as_of_position, page.as_of_ordinal, page.id`
  const read = (after: readonly unknown[]): Promise<readonly (readonly unknown[])[]> =>
    database.run(({ rows }) => rows(text, [context, ...after]))
  let next = read(['', -1, ''])
  for (;;) {
    const page = await next
    const last = page[page.length - 1]
    if (last === undefined) return
    // One page ahead, so that the server works while the reader does.
    next = read(last.slice(0, 3))
    // When the reader stops here, nobody waits for it any more.
    next.catch(() => undefined)
    // The candidate's side may not have come yet.
    yield page.filter((cells) => cells[3] !== null).map((cells) => toDecided(cells.slice(3)))
  }
}
