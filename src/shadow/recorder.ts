import type { Reads } from '../model/context.ts'
import type { ReadEntry, ReadRequest, RecordedRead } from '../model/read.ts'
import type { Data } from '../model/value.ts'
import { cloneData } from './clone-data.ts'
import type { ResolveRead } from './read-resolver.ts'

/** The reads that one run of a candidate is given, and what it did with them. */
export interface Recorder {
  readonly reads: Readonly<Record<string, Reads>>
  /** A read as it is recorded, with its versions. */
  readonly read: (asked: ReadRequest) => Promise<RecordedRead>
  /** Records what the candidate itself found in its own store. */
  readonly saw: (projection: string, key: string, value: Data) => Promise<void>
  /** Every read so far, in the order in which they were answered; a repeated one counts once. */
  readonly recorded: () => readonly RecordedRead[]
  /** From now on reads are neither answered nor recorded: they stay pending for ever. */
  readonly close: () => void
}

/** A repeated read within one decision sees the same value. What the candidate gets is a copy of its own. */
export const createRecorder = (
  projections: Readonly<Record<string, unknown>>,
  resolve: ResolveRead,
  copy: CopyOfRead = (_, value) => cloneData(value),
): Recorder => {
  const answers = new Map<string, RecordedRead | Promise<RecordedRead>>()
  const recorded: RecordedRead[] = []
  let isOpen = true
  const ask = (projection: string, kind: 'key' | 'group', key: string, saw?: Data): RecordedRead | Promise<RecordedRead> => {
    if (!isOpen) return new Promise<never>(() => undefined)
    const id = idOf(projection, kind, key)
    const known = answers.get(id)
    if (known !== undefined) return known
    const found = resolved(() => resolve(saw === undefined ? { projection, kind, key } : { projection, kind, key, saw }))
    const answer = found instanceof Promise ? found.then(noted) : noted(found)
    answers.set(id, answer)
    return answer
  }
  const noted = (read: RecordedRead): RecordedRead | Promise<never> => {
    if (!isOpen) return new Promise<never>(() => undefined)
    recorded.push(read)
    return read
  }
  const reads: Record<string, Reads> = {}
  for (const projection of Object.keys(projections)) reads[projection] = readsOf(projection, ask, copy)
  return {
    reads,
    read: ({ projection, kind, key }) => handled(Promise.resolve(ask(projection, kind, key))),
    saw: async (projection, key, value) => {
      // What it says that it used counts, also where it was given something else.
      answers.delete(idOf(projection, 'key', key))
      const given = recorded.findIndex((read) => read.kind === 'key' && read.projection === projection && read.key === key)
      if (given >= 0) recorded.splice(given, 1)
      await ask(projection, 'key', key, value)
    },
    recorded: () => recorded.slice(),
    close: () => {
      isOpen = false
    },
  }
}

const idOf = (projection: string, kind: 'key' | 'group', key: string): string => `${kind} ${projection}\n${key}`

/** What is known at once is not waited for. */
const resolved = (resolve: () => RecordedRead | Promise<RecordedRead>): RecordedRead | Promise<RecordedRead> => {
  try {
    return resolve()
  } catch (cause) {
    return Promise.reject(cause)
  }
}

type Ask = (projection: string, kind: 'key' | 'group', key: string) => RecordedRead | Promise<RecordedRead>

/** The copy of a value that the candidate is given. */
type CopyOfRead = (projection: string, value: Data) => Data

const readsOf = (projection: string, ask: Ask, copy: CopyOfRead): Reads => {
  const valueIn = ({ entries: [entry] }: RecordedRead): Data | undefined => (isPresent(entry) ? copy(projection, entry.value) : undefined)
  const entriesIn = ({ entries }: RecordedRead): readonly { readonly key: string; readonly value: Data }[] =>
    entries.filter(isPresent).map(({ key, value }) => ({ key, value: copy(projection, value) }))
  return {
    get: (key) => {
      const read = ask(projection, 'key', key)
      return read instanceof Promise ? handled(read.then(valueIn)) : Promise.resolve(valueIn(read))
    },
    group: (group) => {
      const read = ask(projection, 'group', group)
      return read instanceof Promise ? handled(read.then(entriesIn)) : Promise.resolve(entriesIn(read))
    },
  }
}

const isPresent = (entry: ReadEntry | undefined): entry is ReadEntry => entry !== undefined && entry.value !== null

/** A read that the candidate forgot to await must not bring the process down when it fails. */
const handled = <T>(answer: Promise<T>): Promise<T> => {
  answer.catch(() => undefined)
  return answer
}
