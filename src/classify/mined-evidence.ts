import type { Evidence } from '../model/verdict.ts'

const minedPrefix = 'mined:'

/** True for what mining found out, and another mining may find out otherwise. */
export const isMined = (evidence: Evidence): boolean => evidence.test.startsWith(minedPrefix)

export const asMined = (evidence: Evidence): Evidence =>
  isMined(evidence) ? evidence : { ...evidence, test: `${minedPrefix}${evidence.test}` }
