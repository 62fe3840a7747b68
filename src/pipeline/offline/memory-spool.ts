import type { PairedDecision } from '../../model/paired-decision.ts'
import type { DecisionSpool } from '../../ports/decision-spool.ts'

/** For as many decisions as memory holds. */
export const createMemorySpool = async (): Promise<DecisionSpool> => {
  const parts: (readonly PairedDecision[])[] = []
  const starts: number[] = []
  let count = 0
  return {
    add: async (decisions) => {
      if (decisions.length === 0) return
      parts.push(decisions)
      starts.push(count)
      count += decisions.length
    },
    read: async function* (which) {
      for (const part of parts)
        yield which === 'all' ? part : part.filter(({ verdict }) => verdict?.finding.kind !== 'agreed' || verdict.evidence.length > 0)
    },
    at: async (index) => {
      const part = starts.findLastIndex((start) => start <= index)
      return parts[part]?.[index - (starts[part] ?? 0)] ?? null
    },
    [Symbol.asyncDispose]: async () => {
      parts.length = 0
    },
  }
}
