import type { Reads } from '../model/context.ts'
import type { ReadEntry, ReadRequest, RecordedRead } from '../model/read.ts'
import type { Data } from '../model/value.ts'
import type { ResolveRead } from './read-resolver.ts'

/** The reads that one run of a candidate is given, and what it did with them: one object and few functions, for there is one a run. */
export interface Recorder {
  readonly reads: Readonly<Record<string, Reads>>
  readonly resolve: ResolveRead
  readonly copy: CopyOfRead
  /** Every read so far, in the order in which they were answered; a repeated one counts once. */
  recorded: RecordedRead[]
  /** Those whose answer was, or is, waited for. */
  waited: Answered[] | null
  /** Where there are many answers, they are looked up, not looked through. */
  index: Map<string, RecordedRead | Promise<RecordedRead>> | null
  /** Once it is not, reads are neither answered nor recorded: they stay pending for ever. */
  isOpen: boolean
}

interface Answered extends ReadRequest {
  readonly answer: Promise<RecordedRead>
}

/** A repeated read within one decision sees the same value. What the candidate gets is a copy of its own. */
export const createRecorder = (projections: Readonly<Record<string, unknown>>, resolve: ResolveRead, copy: CopyOfRead): Recorder => {
  const reads: Record<string, Reads> = {}
  const recorder: Recorder = { reads, resolve, copy, recorded: none, waited: null, index: null, isOpen: true }
  for (const projection in projections) reads[projection] = readsOf(projection, recorder)
  return recorder
}

/** Replaced with the first read, never added to. */
const none: RecordedRead[] = []

/** A read as it is recorded, with its versions. */
export const recordRead = (recorder: Recorder, { projection, kind, key }: ReadRequest): Promise<RecordedRead> =>
  handled(Promise.resolve(ask(recorder, projection, kind, key)))

/** Records what the candidate itself found in its own store; that counts, also where it was given something else. */
export const recordSaw = async (
  recorder: Recorder,
  found: { readonly projection: string; readonly key: string; readonly value: Data },
): Promise<void> => {
  if (!recorder.isOpen) return never()
  const { projection, key, value } = found
  const isOther = (one: ReadRequest): boolean => one.kind !== 'key' || one.projection !== projection || one.key !== key
  recorder.waited = recorder.waited?.filter(isOther) ?? null
  recorder.recorded = recorder.recorded.filter(isOther)
  recorder.index?.delete(idOf(projection, 'key', key))
  await ask(recorder, projection, 'key', key, value)
}

const ask = (
  recorder: Recorder,
  projection: string,
  kind: ReadRequest['kind'],
  key: string,
  saw?: Data,
): RecordedRead | Promise<RecordedRead> => {
  if (!recorder.isOpen) return never()
  const known = answerOf(recorder, projection, kind, key)
  if (known !== undefined) return known
  const found = resolved(recorder.resolve, saw === undefined ? { projection, kind, key } : { projection, kind, key, saw })
  if (found instanceof Promise) return waitedFor(recorder, { projection, kind, key, answer: found.then((read) => noted(recorder, read)) })
  noteRead(recorder, found)
  recorder.index?.set(idOf(projection, kind, key), found)
  return found
}

const noted = (recorder: Recorder, read: RecordedRead): RecordedRead | Promise<never> => {
  if (!recorder.isOpen) return never()
  noteRead(recorder, read)
  return read
}

/** Most read once: a list that is added to takes room for many. */
const noteRead = (recorder: Recorder, read: RecordedRead): void => {
  if (recorder.recorded.length === 0) recorder.recorded = [read]
  else recorder.recorded.push(read)
  if (recorder.index === null && recorder.recorded.length > fewAnswers) recorder.index = indexOf(recorder)
}

const waitedFor = (recorder: Recorder, asked: Answered): Promise<RecordedRead> => {
  recorder.waited ??= []
  recorder.waited.push(asked)
  if (recorder.index !== null) recorder.index.set(idOf(asked.projection, asked.kind, asked.key), asked.answer)
  else if (recorder.waited.length > fewAnswers) recorder.index = indexOf(recorder)
  return asked.answer
}

const indexOf = ({ recorded, waited }: Recorder): NonNullable<Recorder['index']> => {
  const index: NonNullable<Recorder['index']> = new Map(recorded.map((read) => [idOf(read.projection, read.kind, read.key), read]))
  for (const { projection, kind, key, answer } of waited ?? []) index.set(idOf(projection, kind, key), answer)
  return index
}

const never = (): Promise<never> => new Promise<never>(() => undefined)

/** Most ask for little: then to look through it is quicker than any index. */
const fewAnswers = 24

const answerOf = (
  { recorded, waited, index }: Recorder,
  projection: string,
  kind: ReadRequest['kind'],
  key: string,
): RecordedRead | Promise<RecordedRead> | undefined => {
  if (index !== null) return index.get(idOf(projection, kind, key))
  for (const one of recorded) if (one.key === key && one.projection === projection && one.kind === kind) return one
  for (const one of waited ?? []) if (one.key === key && one.projection === projection && one.kind === kind) return one.answer
  return undefined
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

/** The copy of a value that the candidate is given. */
type CopyOfRead = (projection: string, value: Data) => Data

const readsOf = (projection: string, recorder: Recorder): Reads => ({
  get: (key) => {
    const read = ask(recorder, projection, 'key', key)
    return read instanceof Promise
      ? handled(read.then((late) => valueIn(late, recorder.copy)))
      : Promise.resolve(valueIn(read, recorder.copy))
  },
  group: (group) => {
    const read = ask(recorder, projection, 'group', group)
    return read instanceof Promise
      ? handled(read.then((late) => entriesIn(late, recorder.copy)))
      : Promise.resolve(entriesIn(read, recorder.copy))
  },
})

const valueIn = ({ projection, entries: [entry] }: RecordedRead, copy: CopyOfRead): Data | undefined =>
  isPresent(entry) ? copy(projection, entry.value) : undefined

const entriesIn = ({ projection, entries }: RecordedRead, copy: CopyOfRead): readonly { readonly key: string; readonly value: Data }[] =>
  entries.filter(isPresent).map(({ key, value }) => ({ key, value: copy(projection, value) }))

const isPresent = (entry: ReadEntry | undefined): entry is ReadEntry => entry !== undefined && entry.value !== null

/** A read that the candidate forgot to await must not bring the process down when it fails. */
const handled = <T>(answer: Promise<T>): Promise<T> => {
  answer.catch(() => undefined)
  return answer
}
