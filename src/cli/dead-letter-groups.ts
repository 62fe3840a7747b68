import type { DeadLetter } from '../model/dead-letter.ts'
import type { Position, SourceName } from '../model/ids.ts'
import type { CaptureStore } from '../ports/capture-store.ts'

/** Dead letters of one part with one reason. */
export interface DeadLetterGroup extends Pick<DeadLetter, 'stage' | 'part' | 'reason'> {
  readonly count: number
  readonly first: Position
  readonly last: Position
}

interface DeadLetterCount {
  readonly count: number
  /** Those met most often first. */
  readonly groups: readonly DeadLetterGroup[]
  /** Letters of further groups, which are not told apart. */
  readonly others: number
}

const pageLetters = 1_000
const mostGroups = 1_000

/** Counts the dead letters of a source, in memory for {@link mostGroups} groups. A part that names the place of a record is no group of its own. */
export const deadLetterGroups = async (store: Pick<CaptureStore, 'deadLettersBehind'>, source: SourceName): Promise<DeadLetterCount> => {
  const groups = new Map<string, DeadLetterGroup>()
  let [count, others] = [0, 0]
  for (let after: DeadLetter | null = null; ; ) {
    const page: readonly DeadLetter[] = await store.deadLettersBehind(source, after, pageLetters)
    for (const letter of page) {
      count += 1
      const { stage, reason, position } = letter
      const part = partOf(letter)
      const name = JSON.stringify([stage, part, reason])
      const known = groups.get(name)
      if (known === undefined && groups.size === mostGroups) others += 1
      else groups.set(name, { stage, part, reason, count: (known?.count ?? 0) + 1, first: known?.first ?? position, last: position })
    }
    after = page.at(-1) ?? null
    if (page.length < pageLetters) break
  }
  return { count, groups: [...groups.values()].toSorted((a, b) => b.count - a.count), others }
}

/** Of a record that could not be read its topic and partition, without the offset. */
const partOf = ({ stage, part }: DeadLetter): string => (stage === 'capture' ? part.replace(/ at offset \d+$/, '') : part)
