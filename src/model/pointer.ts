import type { Data } from './value.ts'

/** One path segment as RFC 6901 writes it. */
export const escapeSegment = (segment: string): string =>
  segment.includes('~') || segment.includes('/') ? segment.replaceAll('~', '~0').replaceAll('/', '~1') : segment

const unescapeSegment = (segment: string): string => (segment.includes('~') ? segment.replaceAll('~1', '/').replaceAll('~0', '~') : segment)

/** Segments of an RFC 6901 pointer; '' is the whole. Text that does not start with `/` is read as if it did. */
export const pointerSegments = (pointer: string): readonly string[] => {
  if (pointer === '') return []
  return (pointer.startsWith('/') ? pointer.slice(1) : pointer).split('/').map(unescapeSegment)
}

/** The pointer that {@link pointerSegments} splits into the same segments. */
export const pointerOf = (segments: readonly string[]): string => segments.map((segment) => `/${escapeSegment(segment)}`).join('')

type Parent = readonly Data[] | { readonly [name: string]: Data }

const parentOf = (data: Data | undefined): Parent | null =>
  typeof data === 'object' && data !== null && !(data instanceof Uint8Array) ? data : null

const indexOf = (segment: string, length: number): number => {
  const index = /^(0|[1-9]\d*)$/.test(segment) ? Number(segment) : -1
  return index <= length ? index : -1
}

const child = (parent: Parent, segment: string): Data | undefined => {
  if (Array.isArray(parent)) return (parent as readonly Data[])[indexOf(segment, parent.length)]
  const record = parent as { readonly [name: string]: Data }
  return Object.hasOwn(record, segment) ? record[segment] : undefined
}

/** What stands at a pointer; undefined when nothing does. */
export const getAt = (data: Data, pointer: string): Data | undefined => {
  let at: Data | undefined = data
  for (const segment of pointerSegments(pointer)) {
    const parent = parentOf(at)
    if (parent === null) return undefined
    at = child(parent, segment)
  }
  return at
}

/**
 * A copy with another value at the pointer; undefined removes it. Untouched parts are shared. A path that leads
 * through a scalar, or beyond the end of an array, leaves the data as it is; missing objects on the way are made.
 */
export const setAt = (data: Data, pointer: string, value: Data | undefined): Data =>
  setSegments(data, pointerSegments(pointer), 0, value) ?? null

const setSegments = (data: Data | undefined, segments: readonly string[], depth: number, value: Data | undefined): Data | undefined => {
  const segment = segments[depth]
  if (segment === undefined) return value
  if (data === undefined && value === undefined) return undefined
  const parent = data === undefined ? {} : parentOf(data)
  if (parent === null) return data
  const next = setSegments(child(parent, segment), segments, depth + 1, value)
  if (!Array.isArray(parent)) return withField(parent as { readonly [name: string]: Data }, segment, next)
  const items = parent as readonly Data[]
  const index = indexOf(segment, items.length)
  if (index === -1) return data
  if (next === undefined) return items.filter((_, place) => place !== index)
  return index === items.length ? [...items, next] : items.with(index, next)
}

const withField = (record: { readonly [name: string]: Data }, name: string, value: Data | undefined): Data => {
  if (value !== undefined) return { ...record, [name]: value }
  const { [name]: _, ...rest } = record
  return rest
}
