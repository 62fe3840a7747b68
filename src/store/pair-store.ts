import { and, eq, inArray, ne } from 'drizzle-orm'
import type { LegacyDecision } from '../model/decision.ts'
import type { LogPoint } from '../model/read.ts'
import type { PairCursor, PairStore } from '../ports/pair-store.ts'
import { pairStage } from '../ports/pair-store.ts'
import { fromBody, toBody } from './body.ts'
import { upsertDeadLetters } from './dead-letter.ts'
import { legacyDecisions } from './schema.ts'
import type { StageParts } from './shadow-store.ts'
import { moveCursor, readCursor } from './stage-cursor.ts'
import { lastById, upsert } from './upsert.ts'

/** A decision without an answer is classified where it was triggered. */
export const classifiedAt = (decision: LegacyDecision): LogPoint => decision.asOf ?? decision.trigger

export const pairStore = ({ database, dictionary, epochs }: StageParts): PairStore => ({
  pairCursor: async (context) => {
    const cursor = await database.run((session) => readCursor(session, pairStage(context)))
    if (cursor === null) return null
    const { settledBefore, lastPaired, ended } = cursor.detail as unknown as Omit<PairCursor, 'at'>
    return { at: cursor.at, settledBefore, lastPaired, ended }
  },
  unsettled: (context) =>
    database.run(async ({ orm }) => {
      const found = await orm
        .select({ body: legacyDecisions.body })
        .from(legacyDecisions)
        .where(and(eq(legacyDecisions.context, context), ne(legacyDecisions.state, 'settled')))
        .orderBy(legacyDecisions.asOfPosition, legacyDecisions.asOfOrdinal, legacyDecisions.id)
      return found.map(({ body }) => fromBody<LegacyDecision>(body))
    }),
  settledByKey: (context, keys) =>
    database.run(async ({ orm }) => {
      if (keys.length === 0) return []
      const found = await orm
        .select({ body: legacyDecisions.body })
        .from(legacyDecisions)
        .where(and(eq(legacyDecisions.context, context), inArray(legacyDecisions.key, [...keys]), eq(legacyDecisions.state, 'settled')))
        .orderBy(legacyDecisions.asOfPosition, legacyDecisions.asOfOrdinal, legacyDecisions.id)
      return found.map(({ body }) => fromBody<LegacyDecision>(body))
    }),
  commitPairs: async ({ context, expected, cursor, decisions, deadLetters }) => {
    const sources = new Map<string, number>()
    for (const { source } of deadLetters) sources.set(source, await dictionary.sourceId(source))
    const detail = { settledBefore: { ...cursor.settledBefore }, lastPaired: cursor.lastPaired, ended: cursor.ended }
    await database.transaction(async (session) => {
      await moveCursor(session, { stage: pairStage(context), expected, next: cursor.at, detail, epochs })
      await upsertDeadLetters(session, (source) => sources.get(source) ?? 0, deadLetters)
      await upsert(session, {
        table: 'legacy_decisions',
        columns: ['id', 'as_of_ordinal', 'revision', 'context', 'state', 'key', 'as_of_position', 'body'],
        rows: lastById(decisions, (decision) => decision.id).map((decision) => {
          const at = classifiedAt(decision)
          return [decision.id, at.ordinal, decision.revision, context, decision.state, decision.trigger.key, at.position, toBody(decision)]
        }),
        // classified_revision stays: a revision beyond it comes up for classification again.
        onConflict: `(id) DO UPDATE SET as_of_ordinal = excluded.as_of_ordinal, revision = excluded.revision, state = excluded.state,
          as_of_position = excluded.as_of_position, body = excluded.body`,
      })
    })
  },
})
