import { mistaken } from '../../../../fixtures/order-management/candidate/mistakes.ts'
import { promise } from '../../../../fixtures/order-management/candidate/promise.ts'
import type { Item, NodeStock } from '../../../../fixtures/order-management/candidate/answer.ts'
import type { RequestData } from '../../../../fixtures/order-management/context/request.ts'
import { sameAnswer } from '../../../../fixtures/order-management/score/same-answer.ts'
import type { DefectKind, PromiseAnswer } from '../../../../fixtures/order-management/score/truth.ts'
import { encode } from '../../../../src/model/canonical.ts'
import type { ChangeEvent } from '../../../../src/model/change-event.ts'
import type { Context } from '../../../../src/model/context.ts'
import type { Observation } from '../../../../src/model/observation.ts'
import type { PairedDecision } from '../../../../src/model/paired-decision.ts'
import type { ReadEntry, RecordedRead } from '../../../../src/model/read.ts'
import type { RestoringRead, Verdict } from '../../../../src/model/verdict.ts'
import type { Outcome } from './outcome.ts'

interface Judging {
  readonly context: Context
  readonly defects: readonly DefectKind[]
  readonly items: ReadonlyMap<string, readonly ChangeEvent[]>
}

type Judged = PairedDecision & { readonly verdict: Verdict }

/** What is wrong with the environment verdicts, told from the recorded reads alone; nothing here comes from the classifier. */
export const environmentComplaints = (
  outcome: Outcome,
  told: { readonly context: Context; readonly defects: readonly DefectKind[] },
): readonly string[] => {
  const items = Map.groupBy(outcome.items, (change) => String(change.after?.['sku'] ?? '').trimEnd())
  return outcome.pairs.flatMap((pair) => {
    if (pair.verdict === null) return [`${pair.live.id}: no verdict`]
    const judged = { ...pair, verdict: pair.verdict }
    return [...complaintsOf({ ...told, items }, judged)].map((words) => `${pair.live.id} (${pair.live.trigger.key}): ${words}`)
  })
}

function* complaintsOf(judging: Judging, pair: Judged): Generator<string, undefined> {
  const { finding, restoring, evidence } = pair.verdict
  const causes = finding.kind === 'caused' ? finding.causes.filter((cause) => cause === 'timing' || cause === 'stale-data') : []
  const isSettlement = evidence.some(({ test }) => test === 'settlement')
  for (const read of restoring) yield* readComplaints(judging, pair, read)
  const told = new Set<string>(restoring.map(({ cause }) => cause))
  if (finding.kind === 'caused') {
    // A live answer that was right by luck has no difference that its reads could be the cause of: they are told, and no more.
    for (const cause of pair.verdict.latent ? [] : told)
      if (!finding.causes.includes(cause as 'timing')) yield `a read tells of ${cause}, the verdict does not`
    const isOneSet = finding.relation !== 'overdetermined' && !isSettlement
    if (isOneSet) for (const cause of causes) if (!told.has(cause)) yield `${cause} without a read that tells of it`
  }
  const isLiveRight = agrees(pair.live.observation, pair.legacy.observation)
  const isAsOfRight = agrees(pair.verdict.asOf.observation, pair.legacy.observation)
  const isAnswered = pair.legacy.observation?.kind === 'decided'
  if (isAnswered && !isLiveRight && isAsOfRight && causes.length === 0)
    yield `only the live answer differs, and the verdict is ${encode({ ...finding } as never)}`
  if (finding.kind === 'agreed' && !isSettlement && !isLiveRight) yield 'agreed, with another live answer than the legacy’s'
  if (isAnswered && isAsOfRight && !isLiveRight && causes.length > 0) yield* butForComplaints(judging, pair)
}

/** Named reads are reads that were recorded, differ as told, and are as old as told. */
function* readComplaints({ context, items }: Judging, pair: Judged, read: RestoringRead): Generator<string, undefined> {
  const seen = entryOf(pair.live.reads, read)
  const then = entryOf(pair.verdict.asOf.reads, read)
  const name = `${read.projection} ${read.key}`
  if (seen === null && then === null) return yield `${name} was never read`
  if (encode(seen?.value ?? null) !== encode(read.seen)) yield `${name} was not seen as told`
  if (encode(then?.value ?? null) !== encode(read.atLegacyCommit)) yield `${name} was not at the legacy's commit as told`
  if (encode(read.seen) === encode(read.atLegacyCommit)) yield `${name} is no difference`
  const limitMs = context.reads[read.projection]?.freshWithinMs ?? context.settlesWithinMs
  if ((read.ageMs > limitMs ? 'stale-data' : 'timing') !== read.cause) yield `${name} of age ${read.ageMs} is called ${read.cause}`
  const readAt = pair.live.reads.find(
    ({ projection, entries }) => projection === read.projection && entries.some(({ key }) => key === read.key),
  )?.readAt
  const [leastMs, mostMs] = ageBounds(pair, { seen, then, versions: items.get(read.key) ?? [], readAt: readAt ?? pair.live.decidedAt })
  if (read.ageMs < leastMs || read.ageMs > mostMs)
    yield `${name} is ${read.ageMs} old, which is not in ${leastMs} to ${mostMs}; read ${(readAt ?? 0) - pair.live.decidedAt} after the decision began`
}

/**
 * Between which ages a read can be. Missed at least: the version that the legacy had. At most: all since the version that the
 * candidate had, which for a store that others fill is the oldest one with the value that it showed.
 */
const ageBounds = (
  { live }: PairedDecision,
  at: {
    readonly seen: ReadEntry | null
    readonly then: ReadEntry | null
    readonly versions: readonly ChangeEvent[]
    readonly readAt: number
  },
): readonly [number, number] => {
  const had = at.then?.version ?? null
  const saw = at.seen?.version ?? null
  if (saw !== null && had !== null && saw.position > had.position) return [Number.NEGATIVE_INFINITY, 0]
  const leastMs = had === null ? 0 : live.decidedAt - had.committedAt
  if (saw !== null) return [leastMs, live.decidedAt - saw.committedAt]
  const alike = at.versions.filter((version) => encode(itemOf(version)) === encode(at.seen?.value ?? null))
  const [oldest] = alike
  // An item that was stopped and is back looks as before: which of the two it was, its value alone does not tell. On a busy machine the
  // candidate's own database may answer long after the decision began.
  const isMaybeAhead = had !== null && alike.some(({ transaction: tx }) => tx.position > had.position && tx.committedAt <= at.readAt)
  return [
    isMaybeAhead ? Number.NEGATIVE_INFINITY : leastMs,
    oldest === undefined ? Number.POSITIVE_INFINITY : live.decidedAt - oldest.transaction.committedAt,
  ]
}

const itemOf = ({ after }: ChangeEvent): Item => ({
  pack: Number(after?.['pack_qty']),
  status: String(after?.['sts_cd']),
  backorder: after?.['bo_flg'] === 'Y',
  leadDays: Number(after?.['lead_dys']),
})

/** The candidate's code, run on what was recorded: as it was seen it gives the live answer, with the named reads put right the legacy's. */
function* butForComplaints(judging: Judging, pair: Judged): Generator<string, undefined> {
  const { live, legacy, verdict } = pair
  if (live.observation.kind === 'decided' && !same(candidateOn(judging, pair, live.reads), live.observation))
    yield 'the recorded reads do not give the live answer'
  if (verdict.restoring.length === 0) return
  const named = new Set(verdict.restoring.map((read) => `${read.projection} ${read.key}`))
  const mended = live.reads.map((read): RecordedRead => {
    const isNamed = ({ key }: ReadEntry): boolean => named.has(`${read.projection} ${key}`)
    const then = verdict.asOf.reads.find((other) => other.projection === read.projection && other.key === read.key)?.entries ?? []
    const entries = [...read.entries.filter((entry) => !isNamed(entry)), ...then.filter(isNamed)]
    return { ...read, entries: entries.sort((a, b) => (a.key < b.key ? -1 : 1)) }
  })
  if (!same(candidateOn(judging, pair, mended), legacy.observation)) yield 'the named reads do not restore the legacy’s answer'
}

const candidateOn = ({ defects }: Judging, { live }: PairedDecision, reads: readonly RecordedRead[]): unknown => {
  const request = live.trigger.data as RequestData
  const item = reads.find((read) => read.projection === 'item')?.entries[0]?.value as Item | null | undefined
  const stock = reads.find((read) => read.projection === 'stock')?.entries.map(({ value }) => value as NodeStock) ?? []
  try {
    return mistaken(defects, promise(request, item ?? undefined, stock), request, item ?? undefined)
  } catch {
    return null
  }
}

const same = (answer: unknown, observation: Observation | null): boolean =>
  answer !== null && observation?.kind === 'decided' && sameAnswer(answer as PromiseAnswer, observation.answer as unknown as PromiseAnswer)

const agrees = (candidate: Observation, legacy: Observation | null): boolean =>
  candidate.kind === 'decided' && same(candidate.answer, legacy)

const entryOf = (reads: readonly RecordedRead[], { projection, key }: RestoringRead): ReadEntry | null =>
  reads.flatMap((read) => (read.projection === projection ? read.entries : [])).find((entry) => entry.key === key) ?? null
