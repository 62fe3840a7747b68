import type { CauseLabel } from '../../model/night.ts'
import type { Verdict } from '../../model/verdict.ts'

/** The column of the report that a verdict is counted in; null for agreement. */
export const labelOf = (verdict: Verdict): CauseLabel | null => {
  const { finding } = verdict
  switch (finding.kind) {
    case 'agreed':
      return null
    case 'unresolved':
      return 'unresolved'
    case 'caused':
      return finding.causes.length > 1 ? 'compound' : (finding.causes[0] ?? 'unresolved')
    default:
      return finding satisfies never
  }
}
