import { BanyanError } from '../../model/errors.ts'
import type { ArchiveHeader } from './archived-decision.ts'
import type { ReplayBasis } from './replay-one.ts'
import type { ClusterMoves, Moves, Tally } from './tally.ts'

/** How much a candidate may do otherwise: a share of all compared decisions, or a number of them. */
export type Budget = { readonly kind: 'share'; readonly share: number } | { readonly kind: 'count'; readonly count: number }

/** One limit, and whether it held. */
export interface BudgetCheck {
  readonly what: 'new divergences' | 'changed answers' | 'decisions without an answer'
  readonly allowed: number
  readonly found: number
  readonly isKept: boolean
}

/** What another candidate makes of recorded decisions, as one JSON value. */
export interface ReplayReport {
  readonly schema: 1
  readonly context: string
  readonly basis: ReplayBasis
  readonly candidate: { readonly recorded: string; readonly replayed: string }
  readonly decisions: number
  readonly compared: number
  /** Those that say nothing, by why. */
  readonly missed: readonly { readonly reason: string; readonly count: number }[]
  /** Some of the reads that were asked for and had not been recorded. */
  readonly unrecordedReads: readonly string[]
  readonly changedAnswers: number
  readonly divergences: Moves
  /** Money at stake in them, in the smallest unit of its currency. */
  readonly exposure: { readonly vanished: number; readonly appeared: number }
  readonly byCause: readonly (Moves & { readonly cause: string })[]
  readonly byRule: readonly (Moves & { readonly rule: string; readonly words: string })[]
  readonly byFingerprint: readonly (ClusterMoves & { readonly fingerprint: string })[]
  /** Divergences of clusters that are too many to be told apart. */
  readonly otherClusters: number
  readonly budget: readonly BudgetCheck[]
  readonly isWithinBudget: boolean
  readonly tookMs: number
  readonly decisionsPerSecond: number
}

const toldClusters = 200

/** Everything that was counted, the largest first, held against what was allowed. */
export const replayReport = (input: {
  readonly header: ArchiveHeader
  readonly basis: ReplayBasis
  readonly replayed: string
  readonly tally: Tally
  readonly budgets: { readonly appeared: Budget; readonly changed: Budget | null }
  readonly tookMs: number
}): ReplayReport => {
  const { header, tally, tookMs } = input
  const words = new Map<string, string>(header.rules.map((rule) => [rule.id, rule.words]))
  const budget = checksOf(tally, input.budgets)
  return {
    schema: 1,
    context: header.context,
    basis: input.basis,
    candidate: { recorded: header.candidateVersion, replayed: input.replayed },
    decisions: tally.decisions,
    compared: tally.compared,
    missed: [...tally.missed].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
    unrecordedReads: [...tally.missing].sort(),
    changedAnswers: tally.changed,
    divergences: tally.all,
    exposure: { vanished: tally.exposureVanished, appeared: tally.exposureAppeared },
    byCause: largest([...tally.byCause].map(([cause, moves]) => ({ cause, ...moves }))),
    byRule: largest([...tally.byRule].map(([rule, moves]) => ({ rule, words: words.get(rule) ?? '', ...moves }))),
    byFingerprint: largest([...tally.byFingerprint].map(([fingerprint, moves]) => ({ fingerprint, ...moves }))).slice(0, toldClusters),
    otherClusters: tally.otherClusters,
    budget,
    isWithinBudget: budget.every(({ isKept }) => isKept),
    tookMs,
    decisionsPerSecond: tookMs <= 0 ? 0 : (tally.decisions / tookMs) * 1_000,
  }
}

/** What changed most, then what is largest. */
const largest = <T extends Moves>(items: readonly T[]): readonly T[] =>
  items.toSorted(
    (a, b) =>
      b.vanished + b.appeared + b.moved - (a.vanished + a.appeared + a.moved) || Math.max(b.before, b.after) - Math.max(a.before, a.after),
  )

/** A decision that could not be answered may be a new divergence: without an answer it counts as one. */
const checksOf = (tally: Tally, budgets: { readonly appeared: Budget; readonly changed: Budget | null }): readonly BudgetCheck[] => {
  const answerable = tally.decisions - (tally.missed.get('unpaired') ?? 0) - (tally.missed.get('unclassified') ?? 0)
  const check = (what: BudgetCheck['what'], found: number, budget: Budget): BudgetCheck => {
    const allowed = budget.kind === 'count' ? budget.count : Math.floor(budget.share * answerable)
    return { what, allowed, found, isKept: found <= allowed }
  }
  return [
    check('new divergences', tally.all.appeared, budgets.appeared),
    check('decisions without an answer', answerable - tally.compared, budgets.appeared),
    ...(budgets.changed === null ? [] : [check('changed answers', tally.changed, budgets.changed)]),
  ]
}

/**
 * `0.1%` or a whole number of decisions.
 *
 * @throws BanyanError usage for anything else.
 */
export const budgetOf = (text: string, option: string): Budget => {
  const [, percent] = /^(\d+(?:\.\d+)?) ?%$/.exec(text) ?? []
  if (percent !== undefined && Number(percent) <= 100) return { kind: 'share', share: Number(percent) / 100 }
  if (/^\d+$/.test(text)) return { kind: 'count', count: Number(text) }
  throw new BanyanError('usage', `${option} ${text} is no budget`, {
    hint: `write a share of the decisions, e.g. ${option} 0.1%, or how many, e.g. ${option} 5`,
  })
}
