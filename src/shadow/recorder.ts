import type { Reads } from '../model/context.ts'
import type { ReadEntry, RecordedRead } from '../model/read.ts'
import { cloneData } from './clone-data.ts'
import type { ResolveRead } from './read-resolver.ts'

/** The reads that one run of a candidate is given, and what it did with them. */
export interface Recorder {
  readonly reads: Readonly<Record<string, Reads>>
  /** Every read so far, in the order in which they were answered; a repeated one counts once. */
  readonly recorded: () => readonly RecordedRead[]
  /** From now on reads are neither answered nor recorded: they stay pending for ever. */
  readonly close: () => void
}

/** A repeated read within one decision sees the same value. What the candidate gets is a copy of its own. */
export const createRecorder = (projections: Iterable<string>, resolve: ResolveRead): Recorder => {
  const answers = new Map<string, Promise<RecordedRead>>()
  const recorded: RecordedRead[] = []
  let isOpen = true
  const ask = (projection: string, kind: 'key' | 'group', key: string): Promise<RecordedRead> => {
    if (!isOpen) return new Promise<never>(() => undefined)
    const id = `${kind} ${projection}\n${key}`
    const known = answers.get(id)
    if (known !== undefined) return known
    const answer = new Promise<RecordedRead>((answered) => answered(resolve({ projection, kind, key }))).then((read) => {
      if (!isOpen) return new Promise<never>(() => undefined)
      recorded.push(read)
      return read
    })
    answers.set(id, answer)
    return answer
  }
  return {
    reads: Object.fromEntries([...projections].map((projection) => [projection, readsOf(projection, ask)])),
    recorded: () => recorded.slice(),
    close: () => {
      isOpen = false
    },
  }
}

type Ask = (projection: string, kind: 'key' | 'group', key: string) => Promise<RecordedRead>

const readsOf = (projection: string, ask: Ask): Reads => ({
  get: (key) =>
    handled(ask(projection, 'key', key).then(({ entries: [entry] }) => (isPresent(entry) ? cloneData(entry.value) : undefined))),
  group: (group) =>
    handled(
      ask(projection, 'group', group).then(({ entries }) =>
        entries.filter(isPresent).map(({ key, value }) => ({ key, value: cloneData(value) })),
      ),
    ),
})

const isPresent = (entry: ReadEntry | undefined): entry is ReadEntry => entry !== undefined && entry.value !== null

/** A read that the candidate forgot to await must not bring the process down when it fails. */
const handled = <T>(answer: Promise<T>): Promise<T> => {
  answer.catch(() => undefined)
  return answer
}
