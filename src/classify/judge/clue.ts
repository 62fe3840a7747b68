import type { Evidence } from '../../model/verdict.ts'

/** How much one test says. `proof`: nothing else is possible. `strong`: the other side could hardly be. `medium`: it leans. */
export type Strength = 'proof' | 'strong' | 'medium'

/** What one test found out about a cluster of residues: which side it speaks for, and how loudly. */
export interface Clue {
  readonly evidence: Evidence
  readonly side: 'hidden-rule' | 'defect' | 'neither'
  readonly strength: Strength
}

/** Logarithms of the likelihood ratio, natural. */
export const weights: Readonly<Record<Strength, number>> = { proof: 8, strong: 3, medium: 1 }

/** All that leans, together, leans: however much of it there is, it must not pass for knowledge. */
const mostThatLeaningWeighs = 1

/** Nor does anything that is strong outweigh a proof. */
const mostThatStrongWeighs = 5

/** Below the lower or above the upper chance of a hidden rule the case is decided; between them the owner decides. */
export const ownerDecides: { readonly from: number; readonly to: number } = { from: 0.2, to: 0.8 }

/** What all clues together say. */
export interface Weighed {
  readonly cause: 'hidden-rule' | 'defect' | 'owner-decides'
  /** Sum of log-likelihood ratios: above 0 speaks for a hidden rule. */
  readonly score: number
  /** Of a hidden rule; the rest is that of a defect. */
  readonly probability: number
  readonly evidence: readonly Evidence[]
}

/** Adds up the clues: a probability, the cause that it is enough for, and what it rests on, the weightiest first. */
export const weigh = (clues: readonly Clue[]): Weighed => {
  const signed = (clue: Clue): number => (clue.side === 'neither' ? 0 : clue.side === 'defect' ? -1 : 1) * weights[clue.strength]
  const sum = (some: readonly Clue[]): number => some.reduce((total, clue) => total + signed(clue), 0)
  const ofStrength = (strength: Strength, most: number): number =>
    Math.max(-most, Math.min(most, sum(clues.filter((clue) => clue.strength === strength))))
  const score =
    ofStrength('proof', Number.POSITIVE_INFINITY) + ofStrength('strong', mostThatStrongWeighs) + ofStrength('medium', mostThatLeaningWeighs)
  const probability = 1 / (1 + Math.exp(-score))
  const cause = probability > ownerDecides.to ? 'hidden-rule' : probability < ownerDecides.from ? 'defect' : 'owner-decides'
  const evidence = [...clues].sort((a, b) => Math.abs(signed(b)) - Math.abs(signed(a))).map((clue) => clue.evidence)
  return { cause, score, probability, evidence: [balance(probability), ...evidence] }
}

const balance = (probability: number): Evidence => ({
  test: 'balance',
  words: `Hidden rule ${percent(probability)}, defect of the candidate ${percent(1 - probability)}.`,
  data: { hiddenRule: Number(probability.toFixed(4)) },
})

const percent = (share: number): string => `${(share * 100).toFixed(share > 0.99 || share < 0.01 ? 2 : 0)} %`
