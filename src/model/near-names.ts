/** The few known names that a mistyped one may have meant, nearest first; empty when none is near. */
export const nearNames = (name: string, known: Iterable<string>): readonly string[] => {
  const limit = Math.max(1, Math.floor(name.length / 3))
  return [...known]
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= limit || isPart(name, candidate))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

const isPart = (name: string, candidate: string): boolean =>
  name.length > 2 && candidate.length > 2 && (candidate.includes(name) || name.includes(candidate))

/** Levenshtein distance by one rolling row. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
