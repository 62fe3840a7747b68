import type { Reads } from '../model/context.ts'
import type { ReadEntry, ReadRequest, RecordedRead } from '../model/read.ts'
import type { Data } from '../model/value.ts'
import { copyData } from './clone-data.ts'
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

interface Answered extends ReadRequest {
  readonly answer: RecordedRead | Promise<RecordedRead>
}

/** A repeated read within one decision sees the same value. What the candidate gets is a copy of its own. */
export const createRecorder = (
  projections: Readonly<Record<string, unknown>>,
  resolve: ResolveRead,
  copy: CopyOfRead = (_, value) => copyData(value),
): Recorder => {
  const answers = createAnswers()
  const recorded: RecordedRead[] = []
  let isOpen = true
  const ask: Ask = (projection, kind, key, saw) => {
    if (!isOpen) return never()
    const known = answers.of(projection, kind, key)
    if (known !== undefined) return known.answer
    const found = resolved(resolve, saw === undefined ? { projection, kind, key } : { projection, kind, key, saw })
    const answer = found instanceof Promise ? found.then(noted) : noted(found)
    answers.add({ projection, kind, key, answer })
    return answer
  }
  const noted = (read: RecordedRead): RecordedRead | Promise<never> => {
    if (!isOpen) return never()
    recorded.push(read)
    return read
  }
  const reads: Record<string, Reads> = {}
  for (const projection in projections) reads[projection] = readsOf(projection, ask, copy)
  return {
    reads,
    read: ({ projection, kind, key }) => handled(Promise.resolve(ask(projection, kind, key))),
    saw: async (projection, key, value) => {
      // What it says that it used counts, also where it was given something else.
      answers.forget(projection, 'key', key)
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

const never = (): Promise<never> => new Promise<never>(() => undefined)

/** More than so many are looked up, not looked through. */
const fewAnswers = 24

/** What one run has asked for so far. Most ask for little: then to look through it is quicker than any index. */
const createAnswers = (): {
  readonly of: (projection: string, kind: ReadRequest['kind'], key: string) => Answered | undefined
  readonly add: (answered: Answered) => void
  readonly forget: (projection: string, kind: ReadRequest['kind'], key: string) => void
} => {
  let few: Answered[] = []
  let many: Map<string, Answered> | null = null
  return {
    of: (projection, kind, key) => {
      if (many !== null) return many.get(idOf(projection, kind, key))
      for (const one of few) if (one.key === key && one.projection === projection && one.kind === kind) return one
      return undefined
    },
    add: (answered) => {
      if (many !== null) many.set(idOf(answered.projection, answered.kind, answered.key), answered)
      else if (few.push(answered) > fewAnswers) many = new Map(few.map((one) => [idOf(one.projection, one.kind, one.key), one]))
    },
    forget: (projection, kind, key) => {
      few = few.filter((one) => one.key !== key || one.projection !== projection || one.kind !== kind)
      many?.delete(idOf(projection, kind, key))
    },
  }
}

const idOf = (projection: string, kind: ReadRequest['kind'], key: string): string => `${kind} ${projection}\n${key}`

/** What is known at once is not waited for. */
const resolved = (resolve: ResolveRead, asked: Parameters<ResolveRead>[0]): RecordedRead | Promise<RecordedRead> => {
  try {
    return resolve(asked)
  } catch (cause) {
    return Promise.reject(cause)
  }
}

type Ask = (projection: string, kind: ReadRequest['kind'], key: string, saw?: Data) => RecordedRead | Promise<RecordedRead>

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
