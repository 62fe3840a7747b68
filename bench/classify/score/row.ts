import type { PairedDecision } from '../../../src/model/paired-decision.ts'
import type { Cause, UnresolvedReason } from '../../../src/model/verdict.ts'
import type { Scenario } from '../scenario.ts'
import { isUndocumented } from '../stage.ts'
import { whole } from '../world/cells.ts'
import type { Decided } from '../world/simulate.ts'
import type { Switch, SwitchKind, Truth } from '../world/truth.ts'

/** What a divergence can be put down to. A legacy that contradicts its own documents counts as a rule of it. */
export const told = ['timing', 'stale-data', 'hidden-rule', 'defect'] as const
export type Told = (typeof told)[number]

/**
 * `decidable`: something in the data or in the documents tells what it is. `undecidable`: rule of the legacy or mistake of the candidate, and only a wish
 * tells them apart. `unsayable`: a rule that no conjunction of recorded features says. `noise`: nothing explains it.
 */
export type Bucket = 'decidable' | 'undecidable' | 'unsayable' | 'noise'

export interface Said {
  /** Null: unresolved. Empty: said to agree. */
  readonly causes: readonly Told[] | null
  readonly reason: UnresolvedReason | null
  readonly legacyDefect: boolean
}

/** One divergence, live or latent, with its true causes. */
export interface TruthRow {
  readonly key: string
  readonly latent: boolean
  readonly bucket: Bucket
  /** Every answer that is right. */
  readonly right: readonly (readonly Told[])[]
  /** Whatever restores agreement, logic is part of it. */
  readonly logic: boolean
  readonly switches: readonly string[]
  /** What a naive classifier would look at. */
  readonly features: readonly number[]
  readonly youngestMs: number | null
  readonly referenceDiffers: boolean
}

const toldOf: Readonly<Record<Exclude<SwitchKind, 'noise'>, Told>> = {
  timing: 'timing',
  stale: 'stale-data',
  rule: 'hidden-rule',
  'unsayable-rule': 'hidden-rule',
  defect: 'defect',
}

const causesOf = (set: readonly Switch[]): readonly Told[] =>
  told.filter((cause) => set.some(({ kind }) => kind !== 'noise' && toldOf[kind] === cause))

const isLogic = (cause: Told): boolean => cause === 'hidden-rule' || cause === 'defect'

/** Each way out alone, and all of them together; but not a harmless way out where another one is logic. */
const rightAnswers = (sets: readonly (readonly Switch[])[]): readonly (readonly Told[])[] => {
  const each = sets.map(causesOf)
  const all = told.filter((cause) => each.some((causes) => causes.includes(cause)))
  const distinct = new Map([...each, all].map((causes) => [causes.join(), causes]))
  const logic = all.some(isLogic)
  return [...distinct.values()].filter((causes) => !logic || causes.some(isLogic))
}

const provesItself = (scenario: Scenario, decided: Decided, truth: Truth): boolean => {
  const { domain } = scenario.options
  const isWrong = (answer: Truth['live']): boolean => answer['outcome'] === 'failed' || !domain.invariant(answer, decided.input)
  return isWrong(truth.live) || isWrong(truth.asOf)
}

const isDecidable = (scenario: Scenario, decided: Decided, truth: Truth, sets: readonly (readonly Switch[])[]): boolean => {
  if (scenario.mirrored !== null) return !sets.flat().some(({ kind }) => kind === 'rule' || kind === 'defect')
  if (!isUndocumented(scenario, decided.input)) return true
  const deployed = new Set(scenario.view.bugs.filter(({ fromMs, toMs }) => fromMs > 0 || Number.isFinite(toMs)).map(({ bug }) => bug))
  return sets.flat().every(({ id, kind }) => {
    if (kind === 'rule') return scenario.evident.has(id)
    return kind !== 'defect' || deployed.has(id) || provesItself(scenario, decided, truth)
  })
}

const bucketOf = (scenario: Scenario, decided: Decided, truth: Truth, sets: readonly (readonly Switch[])[]): Bucket => {
  const kinds = sets.flat().map(({ kind }) => kind)
  if (sets.length === 0 || kinds.includes('noise')) return 'noise'
  if (kinds.includes('unsayable-rule')) return 'unsayable'
  return isDecidable(scenario, decided, truth, sets) ? 'decidable' : 'undecidable'
}

/** Null where both answers agree. */
export const truthRow = (scenario: Scenario, decided: Decided, truth: Truth): TruthRow | null => {
  if (!truth.diverged && !truth.asOfDiverged) return null
  const sets = truth.diverged ? truth.liveSets : truth.asOfSets
  const right = rightAnswers(sets)
  const refused = scenario.options.domain.refusal['outcome']
  const seen = truth.diverged ? truth.live : truth.asOf
  const fields = scenario.options.domain.answerFields
  return {
    key: decided.key,
    latent: !truth.diverged,
    bucket: bucketOf(scenario, decided, truth, sets),
    right,
    logic: right.length > 0 && right.every((causes) => causes.some(isLogic)),
    switches: [...new Set(sets.flat().map(({ id }) => id))],
    features: [
      Math.min(1e9, truth.youngestMs ?? 1e9),
      truth.referenceDiffers ? 1 : 0,
      truth.differingReads,
      seen['outcome'] === refused ? 1 : 0,
      decided.legacy['outcome'] === refused ? 1 : 0,
      fields.filter((field) => seen[field] !== decided.legacy[field]).length,
      new Date(decided.clockMs).getUTCHours(),
      whole(decided.facts.cell(scenario.options.domain.roles.need)),
    ],
    youngestMs: truth.youngestMs,
    referenceDiffers: truth.referenceDiffers,
  }
}

const asTold = (cause: Cause): Told => (cause === 'legacy-defect' ? 'hidden-rule' : cause)

/** What the product says of a decision. */
export const saidOf = ({ verdict }: PairedDecision): Said => {
  if (verdict === null) return { causes: null, reason: 'awaiting-mining', legacyDefect: false }
  const { finding } = verdict
  switch (finding.kind) {
    case 'agreed':
      return { causes: [], reason: null, legacyDefect: false }
    case 'unresolved':
      return { causes: null, reason: finding.reason, legacyDefect: false }
    case 'caused':
      return {
        causes: told.filter((cause) => finding.causes.some((one) => asTold(one) === cause)),
        reason: null,
        legacyDefect: finding.causes.includes('legacy-defect'),
      }
    default:
      return finding satisfies never
  }
}

/** Whether what was said is right; null where nothing was said. Beside noise the other causes of a divergence may be told, but noise itself is none. */
export const isRight = (row: TruthRow, said: Said): boolean | null => {
  if (said.causes === null) return null
  if (row.bucket === 'noise' && said.legacyDefect) return true
  return row.right.some((causes) => (row.bucket !== 'noise' || causes.length > 0) && causes.join() === said.causes?.join())
}
