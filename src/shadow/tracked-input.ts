import { escapeSegment, pointerSegments } from '../model/pointer.ts'
import type { Data } from '../model/value.ts'
import { cloneData } from './clone-data.ts'

/** A candidate's own copy of its input, and which parts of it were looked at. */
export interface TrackedInput {
  readonly input: Data
  /** A copy of what a read showed, tracked as well: its paths begin with `read.` and the projection's name. */
  readonly readCopy: (projection: string, value: Data) => Data
  /** JSON Pointers, array elements as `*`, sorted. */
  readonly looked: () => readonly string[]
  /** Looking from now on is not counted. */
  readonly stop: () => void
}

/**
 * A deep copy that the candidate may even change: nothing that is stored changes with it. Fields are accessors that
 * note the path, so copying, spreading and `structuredClone` of it work, and count as looking at everything.
 */
export const trackInput = (data: Data): TrackedInput => {
  const looked = new Set<string>()
  let isTracking = true
  const look = (path: string): void => {
    if (isTracking) looked.add(path)
  }
  return {
    input: trackedCopy(data, '', look),
    readCopy: (projection, value) => trackedCopy(value, `read.${projection}`, look),
    looked: () => [...looked].sort(),
    stop: () => {
      isTracking = false
    },
  }
}

/** A copy of its own all the same, of which nobody knows what was looked at. */
export const untracked = (data: Data): TrackedInput => ({
  input: cloneData(data),
  readCopy: (_, value) => cloneData(value),
  looked: () => nothing,
  stop: () => undefined,
})

const nothing: readonly string[] = []

const trackedCopy = (data: Data, path: string, look: (path: string) => void): Data => {
  if (data === null || typeof data !== 'object') return data
  if (data instanceof Uint8Array) return data.slice()
  if (Array.isArray(data)) return data.map((item: Data) => trackedCopy(item, `${path}/*`, look))
  const copy: { readonly [name: string]: Data } = {}
  for (const [name, value] of Object.entries(data)) {
    const fieldPath = `${path}/${escapeSegment(name)}`
    let held: Data = trackedCopy(value, fieldPath, look)
    Object.defineProperty(copy, name, {
      enumerable: true,
      configurable: true,
      get: () => {
        look(fieldPath)
        return held
      },
      set: (next: Data) => {
        held = next
      },
    })
  }
  return copy
}

/** Looks at what stands at these pointers, a segment `*` being each element, and at all below: a candidate elsewhere said that it did. */
export const lookAt = (input: Data, pointers: readonly string[]): void => {
  for (const pointer of pointers) lookFrom(input, pointerSegments(pointer), 0)
}

const lookFrom = (data: Data, segments: readonly string[], depth: number): void => {
  if (data === null || typeof data !== 'object' || data instanceof Uint8Array) return
  const segment = segments[depth]
  const isEach = segment === undefined || (segment === '*' && Array.isArray(data))
  // Taking a value is what notes its path.
  for (const value of isEach ? Object.values(data) : ownValue(data, segment)) lookFrom(value, segments, depth + 1)
}

const ownValue = (data: object, name: string): readonly Data[] => {
  const value = Object.hasOwn(data, name) ? (data as Readonly<Record<string, Data>>)[name] : undefined
  return value === undefined ? [] : [value]
}
