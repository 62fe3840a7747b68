import type { Relation } from '../../model/context.ts'
import { getAt, setAt } from '../../model/pointer.ts'
import type { Observation } from '../../model/observation.ts'
import type { RecordedRead } from '../../model/read.ts'
import type { Data } from '../../model/value.ts'
import type { Evidence } from '../../model/verdict.ts'
import type { Case } from '../case.ts'
import { say } from '../evidence.ts'
import type { Snapshot } from '../input.ts'

/** How much more of a number a monotonic relation is tried with. */
const more: readonly number[] = [1, 10, 1_000]

/** The declared relations that the candidate's as-of answer breaks. A relation that cannot be tried here is kept. */
export const brokenRelations = async (the: Case, snapshot: Snapshot): Promise<readonly Evidence[]> => {
  const { relations = [] } = the.input.context
  if (snapshot.asOf.observation.kind !== 'decided') return []
  const broken: Evidence[] = []
  for (const relation of relations) {
    const other = await counterexample(relation, the, snapshot)
    if (other !== null) broken.push(brokenRelation(relation, snapshot.asOf.observation, other))
  }
  return broken
}

const counterexample = (relation: Relation, the: Case, snapshot: Snapshot): Promise<Observation | null> => {
  switch (relation.kind) {
    case 'order-free':
      return reordered(relation.path, the, snapshot)
    case 'idempotent':
      return otherThanAsOf(the, snapshot, snapshot.run({}))
    case 'monotonic':
      return lessWithMore(relation, snapshot)
    default:
      return relation satisfies never
  }
}

const otherThanAsOf = async (the: Case, snapshot: Snapshot, run: Promise<Observation>): Promise<Observation | null> => {
  const again = await run
  return the.agrees(again, snapshot.asOf.observation) ? null : again
}

const reordered = async (path: string, the: Case, snapshot: Snapshot): Promise<Observation | null> => {
  const { data } = the.input.live.trigger
  const items = getAt(data, path)
  if (!Array.isArray(items) || items.length < 2) return null
  return otherThanAsOf(the, snapshot, snapshot.run({ data: setAt(data, path, items.toReversed()) }))
}

const lessWithMore = async (
  { read, field, answer }: Extract<Relation, { kind: 'monotonic' }>,
  snapshot: Snapshot,
): Promise<Observation | null> => {
  const before = numberAt(snapshot.asOf.observation, answer)
  if (before === null) return null
  for (const by of more) {
    const after = await snapshot.run({ alter: (one) => (one.projection === read ? raised(one, field, by) : one) })
    const now = numberAt(after, answer)
    if (now !== null && now < before) return after
  }
  return null
}

const numberAt = (observation: Observation, path: string): number | null => {
  if (observation.kind !== 'decided') return null
  return numberOf(getAt(observation.answer, path))
}

const numberOf = (value: Data | undefined): number | null => {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'string' || value.trim() === '') return null
  const number = Number(value)
  return Number.isNaN(number) ? null : number
}

const raised = (read: RecordedRead, field: string, by: number): RecordedRead => ({
  ...read,
  entries: read.entries.map((entry) => {
    const value = getAt(entry.value, field)
    const number = numberOf(value)
    if (value === undefined || number === null) return entry
    const wanted = typeof value === 'bigint' ? value + BigInt(by) : typeof value === 'string' ? String(number + by) : number + by
    return { ...entry, value: setAt(entry.value, field, wanted) }
  }),
})

const brokenRelation = (relation: Relation, before: Observation, after: Observation): Evidence => ({
  test: `relation:${relation.name}`,
  words: `The candidate breaks the relation '${relation.name}': it ${answerOf(before)}, and ${howAsked[relation.kind]} it ${answerOf(after)}.`,
  data: { relation: relation.name, kind: relation.kind },
})

const howAsked: Readonly<Record<Relation['kind'], string>> = {
  'order-free': 'asked with the same in another order',
  idempotent: 'asked the same again',
  monotonic: 'with more at hand',
}

const answerOf = (observation: Observation): string =>
  observation.kind === 'decided' ? `answered ${say(observation.answer)}` : 'gave no answer'
