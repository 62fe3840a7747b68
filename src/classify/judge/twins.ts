import { encode } from '../../model/canonical.ts'
import { hashText } from '../../model/hash.ts'
import { getAt } from '../../model/pointer.ts'
import type { LiveDecision } from '../../model/decision.ts'
import type { Data } from '../../model/value.ts'
import type { Verdict } from '../../model/verdict.ts'

/** Views that are remembered at once; of more an even share is. */
const maxViews = 100_000

interface Answer {
  readonly id: string
  readonly text: string
  readonly count: number
}

/** Decisions in which the candidate saw the very same. The legacy, too, should then say the same. */
export interface Twins {
  /** Gives the name of the decision's view. */
  readonly note: (live: LiveDecision, verdict: Verdict) => string
  /** A decision with the same view that the legacy answered otherwise; null when there is none. */
  readonly otherwise: (view: string, verdict: Pick<Verdict, 'asOfDifferences'>) => string | null
  /** How many decisions with the same view the legacy answered in the same way, this one included. */
  readonly alike: (view: string, verdict: Pick<Verdict, 'asOfDifferences'>) => number
}

/** Twins have the same answer of the candidate, so how the legacy's differs from it tells their answers apart. */
const answerText = ({ asOfDifferences }: Pick<Verdict, 'asOfDifferences'>): string => encode(asOfDifferences as unknown as Data)

/** All that the candidate could see as of then: what it looked at in the trigger, what it read, and what it made of it. */
const viewName = ({ trigger }: LiveDecision, { asOf }: Verdict): string =>
  hashText(
    encode([
      asOf.observation.kind === 'decided' ? asOf.observation.answer : asOf.observation.kind,
      asOf.reads.map(({ projection, entries }) => [projection, entries.map(({ value }) => value)]),
      asOf.inputsRead.map((path) => getAt(trigger.data, path.split('/*')[0] ?? '') ?? null),
    ]),
  )

/** Takes decisions in any order; what is remembered does not depend on it. */
export const createTwins = (): Twins => {
  const views = new Map<string, readonly Answer[]>()
  let kept = 2 ** 32
  const isKept = (view: string): boolean => Number.parseInt(view.slice(0, 8), 16) < kept
  return {
    note: (live, verdict) => {
      const view = viewName(live, verdict)
      if (!isKept(view)) return view
      const { id } = verdict
      const text = answerText(verdict)
      const known = views.get(view) ?? []
      const same = known.findIndex((answer) => answer.text === text)
      // Of equal answers the smallest id is remembered, and of many answers the first by text: whatever the order was.
      const twin = known[same]
      if (twin === undefined)
        views.set(view, [...known, { id, text, count: 1 }].sort((a, b) => (a.text < b.text ? -1 : 1)).slice(0, maxAnswers))
      else views.set(view, known.with(same, { id: earlierOf(id, twin.id), text, count: twin.count + 1 }))
      if (views.size > maxViews) {
        kept /= 2
        for (const name of views.keys()) if (!isKept(name)) views.delete(name)
      }
      return view
    },
    alike: (view, verdict) => {
      const text = answerText(verdict)
      return views.get(view)?.find((answer) => answer.text === text)?.count ?? 0
    },
    otherwise: (view, verdict) => {
      const text = answerText(verdict)
      return views.get(view)?.find((answer) => answer.text !== text)?.id ?? null
    },
  }
}

const earlierOf = (a: string, b: string): string => {
  if (a < b) return a
  return b
}

const maxAnswers = 4
