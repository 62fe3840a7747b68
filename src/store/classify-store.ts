import type { ContextName } from '../model/ids.ts'
import type { LegacyDecision, LiveDecision } from '../model/decision.ts'
import type { Verdict } from '../model/verdict.ts'
import type { ClassifyStore, ReadyCursor } from '../ports/classify-store.ts'
import { classifyStage } from '../ports/classify-store.ts'
import { fromBody, toBody } from './body.ts'
import type { Session } from './database.ts'
import type { StageParts } from './shadow-store.ts'
import { moveCursor, readCursor } from './stage-cursor.ts'
import { lastById, upsert } from './upsert.ts'

const toReadyCursor = async (session: Session, context: ContextName): Promise<ReadyCursor | null> => {
  const cursor = await readCursor(session, classifyStage(context))
  return cursor === null ? null : { ...cursor.at, id: String(cursor.detail) }
}

/**
 * What is ready is known by revision, not by the cursor alone: a decision stays ready until a verdict of its revision is
 * committed. Behind the cursor come up again those that settled, were revised or were answered by the candidate late.
 */
const ready = `
  SELECT d.body, l.body FROM banyan.legacy_decisions l JOIN banyan.decisions d USING (id)
  WHERE l.context = $1 AND l.state = 'settled' AND l.classified_revision < l.revision
    AND (l.as_of_position, l.as_of_ordinal) < ($2, $3)
    AND ((l.as_of_position, l.as_of_ordinal, l.id) > ($4, $5, $6) OR (l.as_of_position, l.as_of_ordinal, l.id) <= ($7, $8, $9))
  ORDER BY l.as_of_position, l.as_of_ordinal, l.id LIMIT $10`

const start: ReadyCursor = { position: '' as ReadyCursor['position'], ordinal: -1, id: '' }

export const classifyStore = ({ database, epochs }: StageParts): ClassifyStore => ({
  readyDecisions: ({ context, after, before, limit }) =>
    database.run(async (session) => {
      const from = after ?? start
      const stored = (await toReadyCursor(session, context)) ?? start
      const found = await session.rows(ready, [
        context,
        before.position,
        before.ordinal,
        from.position,
        from.ordinal,
        from.id,
        stored.position,
        stored.ordinal,
        stored.id,
        limit,
      ])
      return found.map(([live, legacy]) => ({
        live: fromBody<LiveDecision>(live as string),
        legacy: fromBody<LegacyDecision>(legacy as string),
      }))
    }),
  liveDecisions: (ids) =>
    database.run(async (session) => {
      const found = await session.rows('SELECT body FROM banyan.decisions WHERE id = ANY($1::text[])', [ids])
      return found.map(([live]) => fromBody<LiveDecision>(live as string))
    }),
  classifyCursor: (context) => database.run((session) => toReadyCursor(session, context)),
  commitVerdicts: ({ context, expected, next, verdicts }) =>
    database.transaction(async (session) => {
      await moveCursor(session, { stage: classifyStage(context), expected, next, detail: next.id, epochs })
      await writeVerdicts(session, context, verdicts)
    }),
  commitMining: ({ context, rules, verdicts }) =>
    database.transaction(async (session) => {
      await session.rows('DELETE FROM banyan.hidden_rules WHERE context = $1', [context])
      await upsert(session, {
        table: 'hidden_rules',
        columns: ['context', 'id', 'place', 'body'],
        rows: lastById(rules, (rule) => rule.id).map((rule, place) => [context, rule.id, place, toBody(rule)]),
        onConflict: '(context, id) DO NOTHING',
      })
      await writeVerdicts(session, context, verdicts)
    }),
})

const writeVerdicts = async (session: Session, context: ContextName, verdicts: readonly Verdict[]): Promise<void> => {
  const newest = lastById(
    [...verdicts].sort((a, b) => a.revision - b.revision),
    (verdict) => verdict.id,
  )
  await upsert(session, {
    table: 'verdicts',
    columns: ['id', 'revision', 'context', 'body'],
    rows: newest.map((verdict) => [verdict.id, verdict.revision, context, toBody(verdict)]),
    onConflict: `(id) DO UPDATE SET revision = excluded.revision, body = excluded.body WHERE stored.revision <= excluded.revision`,
  })
  const ids = newest.map((verdict) => verdict.id)
  // In the order in which pairing writes them: see upsert.
  await session.rows('SELECT FROM banyan.legacy_decisions WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE', [ids])
  await session.rows(
    `UPDATE banyan.legacy_decisions l SET classified_revision = v.revision
     FROM unnest($1::text[], $2::int[]) AS v (id, revision) WHERE l.id = v.id AND l.classified_revision < v.revision`,
    [ids, newest.map((verdict) => verdict.revision)],
  )
}
