import { escapeSegment, pointerSegments } from '../model/pointer.ts'
import type { Data } from '../model/value.ts'
import { copyData, setOwn } from './clone-data.ts'

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
    looked: () => inOrder([...looked]),
    stop: () => {
      isTracking = false
    },
  }
}

/** So few are put in order more quickly one by one than by sorting. */
const fewPaths = 24

const inOrder = (paths: string[]): readonly string[] => {
  if (paths.length > fewPaths) return paths.sort()
  for (let from = 1; from < paths.length; from++) {
    const path = paths[from] as string
    let at = from
    for (; at > 0 && (paths[at - 1] as string) > path; at--) paths[at] = paths[at - 1] as string
    paths[at] = path
  }
  return paths
}

/** A copy of its own all the same, of which nobody knows what was looked at. */
export const untracked = (data: Data): TrackedInput => ({
  input: copyData(data),
  readCopy: copyOfRead,
  looked: lookedAtNothing,
  stop: nothingToStop,
})

const nothing: readonly string[] = []
const lookedAtNothing = (): readonly string[] => nothing
const nothingToStop = (): void => undefined
const copyOfRead: TrackedInput['readCopy'] = (_, value) => copyData(value)

const stateOf: unique symbol = Symbol('tracked')

/** A tracked object: its fields are accessors, and what they stand for is here. */
interface Tracked {
  readonly [stateOf]: { readonly held: Record<string, Data>; readonly look: (path: string) => void }
}

const trackedCopy = (data: Data, path: string, look: (path: string) => void): Data => {
  if (data === null || typeof data !== 'object') return data
  if (data instanceof Uint8Array) return data.slice()
  if (Array.isArray(data)) return data.map((item: Data) => trackedCopy(item, `${path}/*`, look))
  const held: Record<string, Data> = {}
  const fields = data as { readonly [name: string]: Data }
  const copy = Object.defineProperty({}, stateOf, { value: { held, look } })
  const accessors = accessorsAt(path)
  for (const name of Object.keys(fields)) {
    const accessor = accessors(name)
    setOwn(held, name, trackedCopy(fields[name] ?? null, accessor.path, look))
    Object.defineProperty(copy, name, accessor)
  }
  return copy as Data
}

interface Accessor extends PropertyDescriptor {
  readonly path: string
}

/** Fields of the same path share one accessor: objects of one shape stay of one shape, which makes them quick to use. */
const known = new Map<string, Map<string, Accessor>>()
const maxKnown = 10_000
let knownCount = 0

const accessorsAt = (path: string): ((name: string) => Accessor) => {
  let fields = known.get(path)
  if (fields === undefined) {
    fields = new Map()
    if (knownCount < maxKnown) known.set(path, fields)
  }
  const at = fields
  return (name) => {
    let accessor = at.get(name)
    if (accessor === undefined) {
      accessor = accessorOf(name, `${path}/${escapeSegment(name)}`)
      if (knownCount++ < maxKnown) at.set(name, accessor)
    }
    return accessor
  }
}

const accessorOf = (name: string, path: string): Accessor => ({
  path,
  enumerable: true,
  configurable: true,
  get(this: Tracked) {
    const { held, look } = this[stateOf]
    look(path)
    return held[name]
  },
  set(this: Tracked, next: Data) {
    setOwn(this[stateOf].held, name, next)
  },
})

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
