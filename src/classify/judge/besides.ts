import type { PairedDecision } from '../../model/paired-decision.ts'
import type { Evidence, Verdict } from '../../model/verdict.ts'
import { isOfLegacy, isProof } from '../evidence.ts'
import type { Besides } from '../reclassify.ts'
import type { Observed } from './observer.ts'
import { createPatterns } from './pattern.ts'
import type { ProvedRecord } from './proved-record.ts'
import { foundIn, saysOf, stratumOf } from './residue-record.ts'

/** So many decisions with the same proof tell what mending it leads to; what at least this share of them has is usual, and beyond half it needs no other reason. */
const telling = 20
const fewest = 3
const usualShare = 0.1
const mostly = 0.5
const nearlyAll = 0.95
const variety = 5

/** What mining found out. */
interface Known {
  /** The rule that the legacy followed in a decision where one side is proved wrong. */
  readonly ruleOf: (id: string) => Omit<Evidence, 'test'> | null
  /** True where a rule says what the legacy did. */
  readonly isExplained: (id: string) => boolean
}

/**
 * A proof that the candidate is wrong says nothing about the legacy. That it followed a rule besides is said only where mending the candidate
 * would not do: the documents contradict the legacy, too, or it did otherwise than in other decisions with the same proof.
 */
export const createBesides = (
  { proved, samples, provedSamples, world }: Pick<Observed, 'proved' | 'samples' | 'provedSamples' | 'world'>,
  { ruleOf, isExplained }: Known,
): ((verdict: Verdict) => Besides) => {
  const records = new Map(proved.map((record) => [record.id, record]))
  const alone = proved.filter(({ id, isDocumented }) => !isDocumented && ruleOf(id) === null)
  const usual = usualIn(alone)
  const whateverReadIn = indifferenceIn(alone)
  const patternFor = deviationPatterns([...samples, ...provedSamples], isExplained, createPatterns(world.agreements))
  const besidesOf = (verdict: Verdict, record: ProvedRecord | null): Alone => {
    const rule = ruleOf(verdict.id)
    const { contradicted } = foundIn(verdict)
    // Where the legacy keeps to the documents, no rule of its own is at work, whatever its answer looks like.
    if (contradicted === 'candidate') return nothing
    // A legacy that is proved wrong, too, has its cause.
    const isLegacyWrong = verdict.evidence.some((one) => isProof(one) && isOfLegacy(one))
    if (contradicted !== null && !isLegacyWrong) {
      const evidence = rule ?? patternFor(verdict)
      return evidence === null ? { kind: 'open', evidence: deviates } : { kind: 'rule', evidence }
    }
    if (record !== null && !isLegacyWrong && usual.isMostly(record)) return nothing
    if (rule !== null) return { kind: 'rule', evidence: rule }
    // What a candidate would have said that failed is anybody's guess.
    const isGuess = verdict.asOf.observation.kind !== 'decided'
    return record === null || isLegacyWrong || isGuess || usual.isLike(record) ? nothing : { kind: 'open', evidence: unusual }
  }
  return (verdict) => {
    const record = records.get(verdict.id) ?? null
    const besides = besidesOf(verdict, record)
    // Where a rule or the documents say why, that the legacy said the same each time has its reason.
    const isAlone = besides.kind === 'nothing' && record?.isDocumented === false
    return { ...besides, whateverRead: isAlone ? whateverReadIn(record) : null }
  }
}

type Alone = { readonly kind: 'nothing' } | { readonly kind: 'rule' | 'open'; readonly evidence: Omit<Evidence, 'test'> }

const nothing: Alone = { kind: 'nothing' }

/** Wrong answers that differ among each other, where the legacy says one thing: what makes them differ does not matter to it. */
const indifferenceIn = (records: readonly ProvedRecord[]): ((record: ProvedRecord) => Omit<Evidence, 'test'> | null) => {
  const nameOf = ({ group, fingerprint }: ProvedRecord): string => `${group}\n${fingerprint}`
  const groups = Map.groupBy(records, nameOf)
  const told = new Map<string, { readonly instead: string; readonly count: number }>()
  for (const [name, members] of groups) {
    const [most] = [...Map.groupBy(members, ({ instead }) => instead)].sort(([, a], [, b]) => b.length - a.length)
    const isOne = most !== undefined && most[1].length >= telling && most[1].length >= nearlyAll * members.length
    if (isOne && new Set(most[1].map(({ exact }) => exact)).size >= variety) told.set(name, { instead: most[0], count: most[1].length })
  }
  return (record) => {
    const known = told.get(nameOf(record))
    if (!record.isLiveToo || known === undefined || known.instead !== record.instead) return null
    const words = `In ${known.count} decisions with this mistake the legacy said the same, whatever the candidate read and made of it: that its reads were outdated is no cause besides.`
    return { words, data: { decisions: known.count } }
  }
}

interface Usual {
  /** In most decisions with the same proof the legacy said just this instead. */
  readonly isMostly: (record: ProvedRecord) => boolean
  /** They differ in the same way, or are too few to tell. */
  readonly isLike: (record: ProvedRecord) => boolean
}

const usualIn = (records: readonly ProvedRecord[]): Usual => {
  const counts = new Map<string, number>()
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const { group, fingerprint, instead } of records)
    for (const name of [group, `${group}\n${fingerprint}`, `${group}\n${instead}`]) count(name)
  const of = (name: string): number => counts.get(name) ?? 0
  const isUsual = (group: string, what: string, share: number): boolean => {
    const hits = of(`${group}\n${what}`)
    return hits >= fewest && hits >= share * of(group)
  }
  return {
    isMostly: ({ group, instead }) => isUsual(group, instead, mostly),
    isLike: ({ group, fingerprint }) => of(group) < telling || isUsual(group, fingerprint, usualShare),
  }
}

/** Of decisions in which the legacy does otherwise than the documents say, and no rule says when: what they have in common. */
const deviationPatterns = (
  samples: readonly PairedDecision[],
  isExplained: Known['isExplained'],
  patternOf: ReturnType<typeof createPatterns>,
): ((verdict: Verdict) => Evidence | null) => {
  const said = (one: PairedDecision): string => stratumOf(one.verdict === null ? null : saysOf(one.verdict))
  const deviating = samples.filter(({ live, verdict }) => verdict !== null && deviatesIn(verdict) && !isExplained(live.id))
  const patterns = [...Map.groupBy(deviating, (one) => `${said(one)}\n${legacyKind(one)}`).values()].map((members) =>
    patternOf(members, said),
  )
  return ({ id }) => patterns.map((patternFor) => patternFor(id)).find((one) => one !== null) ?? null
}

const deviatesIn = (verdict: Verdict): boolean => {
  const { contradicted } = foundIn(verdict)
  return contradicted === 'both' || contradicted === 'legacy'
}

const legacyKind = ({ legacy }: PairedDecision): string =>
  legacy.observation?.kind === 'decided' ? stratumOf(legacy.observation.answer) : ''

const deviates: Omit<Evidence, 'test'> = {
  words: 'Mending the candidate is not enough: the legacy does otherwise than the documents say, too, and nothing tells when.',
  data: null,
}

const unusual: Omit<Evidence, 'test'> = {
  words: 'Mending the candidate may not be enough: in other decisions with the same mistake the legacy differs in another way.',
  data: null,
}
