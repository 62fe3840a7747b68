import type { InputChange } from '../../model/hidden-rule.ts'

/** What came of one decision when inputs were changed. */
export interface Tried {
  /** The legacy answers just that. */
  readonly isLegacy: boolean
  /** The answer as text: a refusal that always comes out the same explains nothing. */
  readonly answer: string
}

/** Null where the candidate had no answer then. */
export type TryChanges<D> = (decision: D, changes: readonly InputChange[]) => Promise<Tried | null>

/** Decisions that a change is first tried on, and how many of them it has to explain. */
const screen = { decisions: 24, hits: 2 }
const least = { hits: 6, answers: 2, more: 2, kept: 0.95 }
const mostChanges = 3
const mostFound = 2

/**
 * Which changed inputs make the candidate answer what the legacy answered, decision by decision: one change, and with it others that explain
 * more. At most two ways, the second for what the first leaves open. By experiment: nothing is concluded from the inputs themselves.
 */
export const findChanges = async <D>(
  decisions: readonly D[],
  vocabulary: readonly InputChange[],
  tryChanges: TryChanges<D>,
): Promise<readonly (readonly InputChange[])[]> => {
  const found: (readonly InputChange[])[] = []
  let open = decisions
  while (found.length < mostFound && open.length >= least.hits) {
    const best = await bestOf(open, vocabulary, tryChanges)
    if (best === null) break
    found.push(best.changes)
    open = open.filter((decision) => !best.hits.has(decision))
  }
  return found
}

interface Hits<D> {
  readonly changes: readonly InputChange[]
  readonly hits: ReadonlySet<D>
}

const bestOf = async <D>(open: readonly D[], vocabulary: readonly InputChange[], tryChanges: TryChanges<D>): Promise<Hits<D> | null> => {
  let best: Hits<D> | null = null
  for (const change of vocabulary) {
    const few = await hitsOf(open.slice(0, screen.decisions), [change], tryChanges)
    if (few.hits.size < screen.hits) continue
    const all = await hitsOf(open, [change], tryChanges)
    if (all.hits.size >= least.hits && all.answers >= least.answers && all.hits.size > (best?.hits.size ?? 0))
      best = { changes: [change], hits: all.hits }
  }
  while (best !== null && best.changes.length < mostChanges) {
    const wider: Hits<D> | null = await widened(best, open, vocabulary, tryChanges)
    if (wider === null) break
    best = wider
  }
  return best
}

/** With one change more, which explains more decisions and hardly fewer of those before. */
const widened = async <D>(
  { changes, hits }: Hits<D>,
  open: readonly D[],
  vocabulary: readonly InputChange[],
  tryChanges: TryChanges<D>,
): Promise<Hits<D> | null> => {
  const left = open.filter((decision) => !hits.has(decision))
  let best: Hits<D> | null = null
  for (const change of vocabulary) {
    if (changes.some(({ input }) => input === change.input)) continue
    const more = await hitsOf(left, [...changes, change], tryChanges)
    if (more.hits.size < least.more || hits.size + more.hits.size <= (best?.hits.size ?? 0)) continue
    const kept = await hitsOf([...hits], [...changes, change], tryChanges)
    if (kept.hits.size >= least.kept * hits.size) best = { changes: [...changes, change], hits: new Set([...kept.hits, ...more.hits]) }
  }
  return best
}

const hitsOf = async <D>(
  decisions: readonly D[],
  changes: readonly InputChange[],
  tryChanges: TryChanges<D>,
): Promise<{ readonly hits: ReadonlySet<D>; readonly answers: number }> => {
  const hits = new Set<D>()
  const answers = new Set<string>()
  for (const decision of decisions) {
    const tried = await tryChanges(decision, changes)
    if (tried?.isLegacy !== true) continue
    hits.add(decision)
    answers.add(tried.answer)
  }
  return { hits, answers: answers.size }
}
