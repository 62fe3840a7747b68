import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { DecisionId, HiddenRuleId } from '../../model/ids.ts'
import { binomialTail } from '../../model/statistics.ts'
import type { Evidence, Verdict } from '../../model/verdict.ts'
import { trackedOneIn } from '../case.ts'
import type { Contradicted } from '../experiments/specification.ts'
import type { Judgement } from '../reclassify.ts'
import { boundary } from './boundary.ts'
import type { Clue, Weighed } from './clue.ts'
import { ownerDecides, weigh } from './clue.ts'
import type { LegacyCopy } from './legacy-copy.ts'
import { legacyCopies } from './legacy-copy.ts'
import type { TryPatch } from './nearest-patch.ts'
import { nearestPatch } from './nearest-patch.ts'
import type { Observed } from './observer.ts'
import { onset } from './onset.ts'
import type { DoubtOf } from './other-code.ts'
import { createDoubts } from './other-code.ts'
import type { PatternFor } from './pattern.ts'
import { createPatterns } from './pattern.ts'
import { readSet } from './read-set.ts'
import { brokenRelation } from './relations.ts'
import type { Cluster, ResidueRecord } from './residue-record.ts'
import { foundIn } from './residue-record.ts'
import { specificationSays } from './specification.ts'
import { versionBisect } from './version-bisect.ts'
import { legacyWitness } from './witness.ts'
import type { World } from './world.ts'

export type MinedRule = Pick<HiddenRule, 'id' | 'predicate' | 'effect' | 'words' | 'replay' | 'precisionLower'>

export interface JudgeInput {
  readonly observed: Observed
  readonly rules: readonly MinedRule[]
  /** Each residue that a rule explains → that rule. */
  readonly assignments: ReadonlyMap<DecisionId, HiddenRuleId>
  /** Facts that have always had the same value as another one. */
  readonly aliases: World['aliases']
  readonly tryPatch: TryPatch
}

/** Says of each logic residue what it is, and of each rule what speaks for and against it. */
export interface Judge {
  readonly judge: (verdict: Verdict) => Judgement
  readonly ofRule: (id: HiddenRuleId) => Weighed | null
  /** True for a rule that says what the candidate gets wrong, as the documents or other code of it show: it is none of the legacy. */
  readonly isMistake: (id: HiddenRuleId) => boolean
  readonly doubtOf: DoubtOf
}

/** Members that patches are tried on. */
const maxTried = 40
/**
 * What is right is said by the documents, whatever the candidate looks at, and by other code of it, unless something else speaks for a rule. Where the
 * legacy keeps to that, there is no rule of its own.
 */
const isOwnMistake = (clues: readonly Clue[], cause: Weighed['cause']): boolean =>
  clues.some(
    ({ side, evidence: { test } }) =>
      side === 'defect' && (test === 'documented-policy' || (test === 'version-bisect' && cause === 'defect')),
  )
/** The legacy does otherwise than the documents say. */
const deviates: ReadonlySet<string> = new Set<Contradicted>(['legacy', 'both'])
/** So many equal cases that the legacy answered in the same way, and none that it did not, may be no accident. */
const steady = 3
/** Of equal cases that agree not all are looked at: so many may have been passed over, with the usual certainty. */
const passedOver = Math.ceil(Math.log(0.05) / Math.log(1 - 1 / trackedOneIn))
/** Chance of slips to be alike so often. */
const luck = 1e-3

/** Weighs all evidence, cluster by cluster: those of one mined rule, and those that differ in one way and that no rule explains. */
export const createJudge = async (input: JudgeInput): Promise<Judge> => {
  const { observed, rules, assignments } = input
  const world: World = { ...observed.world, aliases: input.aliases }
  const byRule = Map.groupBy(observed.residues, ({ id }) => assignments.get(id as DecisionId) ?? null)
  const unexplained = byRule.get(null) ?? []
  const weighed = new Map<HiddenRuleId, Weighed>()
  const mistakes = new Set<HiddenRuleId>()
  /** Mistakes of the candidate in which the legacy contradicts the documents no more often than anywhere. */
  const slipping = new Set<HiddenRuleId>()
  const slipRate = unexplained.filter(isDeviating).length / Math.max(1, world.span.count)
  for (const rule of rules) {
    const cluster: Cluster = { rule: rule.id, members: byRule.get(rule.id) ?? [] }
    const samples = observed.samples.filter(({ live }) => assignments.get(live.id) === rule.id).slice(0, maxTried)
    const patch = await nearestPatch(rule, { members: samples, world, tryPatch: input.tryPatch })
    const clues = [...commonClues(cluster, observed.residues, world, true), readSet(rule, world), boundary(rule, world), patch]
    const told = clues.filter((clue) => clue !== null)
    const sum = weigh(told)
    weighed.set(rule.id, sum)
    if (!isOwnMistake(told, sum.cause)) continue
    mistakes.add(rule.id)
    if (isBySlips(cluster.members, slipRate)) slipping.add(rule.id)
  }
  const copies = legacyCopies(unexplained, world)
  const patternOf = createPatterns(world.agreements)
  const byFingerprint = new Map(
    [...Map.groupBy(unexplained, ({ fingerprint }) => fingerprint)].map(([fingerprint, members]) => {
      const cluster: Cluster = { rule: null, members }
      const samples = observed.samples.filter(({ verdict, live }) => verdict?.fingerprint === fingerprint && !assignments.has(live.id))
      const deviating = samples.filter(({ verdict }) => verdict !== null && deviates.has(foundIn(verdict).contradicted ?? ''))
      return [
        fingerprint,
        { weighed: weigh(commonClues(cluster, observed.residues, world, false)), patternFor: patternOf(deviating) },
      ] as const
    }),
  )
  const doubtOf = createDoubts(observed.residues)
  const records = new Map(observed.residues.map((record) => [record.id, record]))
  const ruleById = new Map(rules.map((rule) => [rule.id, rule]))
  return {
    ofRule: (id) => weighed.get(id) ?? null,
    isMistake: (id) => mistakes.has(id),
    doubtOf,
    judge: (verdict) => {
      const id = assignments.get(verdict.id)
      const rule = id === undefined ? undefined : ruleById.get(id)
      const ruleWeighed = id === undefined ? undefined : weighed.get(id)
      const record = records.get(verdict.id)
      const isSlip = id !== undefined && slipping.has(id) && foundIn(verdict).contradicted === 'both'
      if (rule !== undefined && ruleWeighed !== undefined && !isSlip)
        return underRule(verdict, {
          rule,
          weighed: ruleWeighed,
          isWorse: (version) => record !== undefined && doubtOf({ version, decidedBy: record.version }) === null,
        })
      return unruled(verdict, {
        cluster: byFingerprint.get(verdict.fingerprint ?? ''),
        copies,
        twin: observed.twins.otherwise(record?.view ?? '', verdict),
        isSteady: isSteady(observed.twins.alike(record?.view ?? '', verdict), slipRate),
        rules: rules.length,
      })
    },
  }
}

const isSteady = (alike: number, slipRate: number): boolean => alike >= steady && binomialTail(alike, alike + passedOver, slipRate) <= luck

const isDeviating = ({ contradicted }: Pick<ResidueRecord, 'contradicted'>): boolean => contradicted !== null && deviates.has(contradicted)

/** The legacy's own slips strike the candidate's mistakes, too: where they may be too many of those in which both are wrong, these tell no rule. */
const isBySlips = (members: readonly ResidueRecord[], slipRate: number): boolean =>
  slipRate * members.length > ownerDecides.from * members.filter(({ contradicted }) => contradicted === 'both').length

/** `isOneCause`: a rule holds the cluster together, so that what the documents say of some of it is true of all. */
const commonClues = (cluster: Cluster, residues: readonly ResidueRecord[], world: World, isOneCause: boolean): readonly Clue[] => {
  const own = new Set(cluster.members)
  const others = residues.filter((record) => !own.has(record))
  return [
    versionBisect(cluster, world),
    brokenRelation(cluster),
    isOneCause ? specificationSays(cluster) : null,
    legacyWitness(cluster, others, world),
    onset(cluster, world),
  ].filter((clue) => clue !== null)
}

interface Ruled {
  readonly rule: MinedRule
  readonly weighed: Weighed
  /** True for a version that is better than the one that decided, as all decisions together show. */
  readonly isWorse: (than: string) => boolean
}

const underRule = (verdict: Verdict, { rule, weighed, isWorse }: Ruled): Judgement => {
  const evidence = [overlayRestores(rule), ...weighed.evidence]
  const { contradicted, bisected } = foundIn(verdict)
  const isRegression = bisected !== null && bisected.agrees.length > 0
  // What the documents and older code say of this very decision is nearer to it than what its cluster says.
  if (contradicted === 'both') return { kind: 'caused', causes: ['hidden-rule', 'defect'], rule: rule.id, evidence }
  if (contradicted === 'candidate' || (isRegression && weighed.cause !== 'hidden-rule'))
    return { kind: 'caused', causes: ['defect'], rule: rule.id, evidence }
  if (contradicted === 'legacy') return { kind: 'caused', causes: ['hidden-rule'], rule: rule.id, evidence }
  // The rule hides what the candidate gets wrong besides: other code answers otherwise here, and is right elsewhere.
  const isWrongBesides = bisected?.unlike.some(isWorse) === true
  if (weighed.cause === 'hidden-rule' && isWrongBesides)
    return { kind: 'caused', causes: ['hidden-rule', 'defect'], rule: rule.id, evidence: [...evidence, wrongBesides()] }
  if (weighed.cause === 'owner-decides') return { kind: 'unresolved', reason: 'owner-decides', evidence }
  return { kind: 'caused', causes: [weighed.cause], rule: rule.id, evidence }
}

interface Unruled {
  readonly cluster: { readonly weighed: Weighed; readonly patternFor: PatternFor } | undefined
  readonly copies: readonly LegacyCopy[]
  readonly twin: string | null
  readonly isSteady: boolean
  readonly rules: number
}

/** No rule says when the legacy acts so; other evidence may still say whose doing it is. */
const unruled = (verdict: Verdict, { cluster, copies, twin, isSteady: isAlike, rules }: Unruled): Judgement => {
  const { contradicted, bisected, broken, older } = foundIn(verdict)
  const known = cluster?.weighed.evidence ?? []
  const caused = (causes: Extract<Judgement, { kind: 'caused' }>['causes'], evidence: readonly Evidence[]): Judgement => ({
    kind: 'caused',
    causes,
    rule: null,
    evidence,
  })
  if (contradicted === 'candidate') return caused(['defect'], known)
  // Where the documents speak of this very decision, what older code or its cluster says is luck.
  const isOpen = contradicted === null
  if (isOpen && bisected !== null && bisected.agrees.length > 0) return caused(['defect'], known)
  if (isOpen && (broken.length > 0 || cluster?.weighed.cause === 'defect')) return caused(['defect'], known)
  const copy = copies.find(({ explains }) => explains({ at: verdict.decidedAt, older }))
  if (copy !== undefined) return caused(['hidden-rule'], [copy.evidence, ...known])
  if (twin !== null) return { kind: 'unresolved', reason: 'legacy-inconsistent', evidence: [answeredOtherwise(twin), ...known] }
  // That the legacy contradicts the documents is no rule yet: a slip of somebody's hand does so too. What it does each time is one.
  const pattern = cluster?.patternFor(verdict.id) ?? null
  if (pattern !== null && contradicted !== null && deviates.has(contradicted))
    return caused(contradicted === 'both' ? ['hidden-rule', 'defect'] : ['hidden-rule'], [pattern, ...known])
  const isMarked = known.some(({ test }) => test === 'legacy-witness')
  if (isAlike && contradicted === 'legacy') return caused(['hidden-rule'], known)
  if (isMarked && cluster?.weighed.cause === 'hidden-rule') return caused(['hidden-rule'], known)
  return { kind: 'unresolved', reason: 'no-compact-explanation', evidence: [nothingFound(rules), ...known] }
}

const overlayRestores = (rule: MinedRule): Evidence => ({
  test: 'overlay-replay',
  words: `${rule.words}: laid over the candidate this gives the legacy's answer in ${rule.replay.restored} decisions and breaks ${rule.replay.broken}`,
  data: { rule: rule.id, ...rule.replay, precisionLower: rule.precisionLower },
})

const wrongBesides = (): Evidence => ({
  test: 'wrong-besides',
  words: 'Besides, other code of the candidate answers otherwise here, and agrees with the legacy where no rule is at work.',
  data: null,
})

const answeredOtherwise = (twin: string): Evidence => ({
  test: 'twins',
  words: `The legacy answered decision ${twin} otherwise, though the candidate saw the very same there: something that is not recorded decides with it, or chance.`,
  data: { twin },
})

const nothingFound = (rules: number): Evidence => ({
  test: 'no-rule',
  words: `none of the ${rules} rules found in this archive explains it, and nothing proves either side wrong`,
  data: { rules },
})
