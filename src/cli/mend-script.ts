import type { PreflightCheck } from '../ports/change-source.ts'

const isSql = (line: string): boolean => /^(ALTER|CALL|CREATE|DROP|GRANT|SELECT|SET)\b/.test(line) && !line.includes('…')

/** Statements as they are; what has to be done by hand, or has a gap to be filled, as comments. */
const linesOf = (mend: string): readonly string[] =>
  mend.split('\n').flatMap((line) => {
    if (!isSql(line)) return [`-- ${line}`]
    const end = line.lastIndexOf(';') + 1
    const [sql, rest] = end === 0 ? [line, ''] : [line.slice(0, end), line.slice(end).trim()]
    return [end === 0 ? `${sql};` : sql, ...(rest === '' ? [] : [`-- ${rest}`])]
  })

/** One script for whoever administers the legacy: what refuses first, then what is warned of; each mend once. It is printed, never run. */
export const mendScript = (checks: readonly PreflightCheck[]): string => {
  const seen = new Set<string>()
  const parts = (['refuse', 'warn'] as const).flatMap((verdict) =>
    checks.flatMap(({ name, found, mend, verdict: own }) => {
      if (own !== verdict || mend === null || seen.has(mend)) return []
      seen.add(mend)
      return [[`-- ${verdict}: ${name}: ${found}`.replaceAll('\n', ' '), ...linesOf(mend)].join('\n')]
    }),
  )
  return parts.length === 0 ? '-- nothing to mend' : parts.join('\n\n')
}
