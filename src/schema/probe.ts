/** Told of each column that is looked at; null: of all of them. */
export type Looked = (column: string | null) => void

/** Code that loops over what it is shown must come to an end. */
const mostLooks = 10_000

export interface Probes {
  /** A row: each property of it is a column, whose value can be used in any way. */
  readonly row: (looked: Looked) => object
  /** Something that nothing is known of: each property of it, however deep, may be a column. */
  readonly anything: (looked: Looked) => object
}

/** Stand-ins for rows that tell which columns some code looks at. They give up, with an error, on code that looks too often. */
export const createProbes = (): Probes => {
  let looks = 0
  const probe = (looked: Looked, inside: Looked): object =>
    new Proxy(() => undefined, {
      get: (_, name) => {
        looks += 1
        if (looks > mostLooks) throw new RangeError('looked too often')
        if (name === Symbol.toPrimitive) return (hint: string) => (hint === 'number' ? 1 : '1')
        if (name === Symbol.iterator) return () => [probe(inside, inside)].values()
        if (typeof name === 'symbol') return undefined
        looked(name)
        return probe(inside, inside)
      },
      apply: (_target, _self, given: readonly unknown[]) => {
        for (const each of given) if (typeof each === 'function') called(each, inside)
        return probe(inside, inside)
      },
      ownKeys: () => {
        looked(null)
        return []
      },
    })
  const called = (callback: unknown, looked: Looked): void => {
    try {
      ;(callback as (...given: readonly unknown[]) => unknown)(probe(looked, looked), probe(looked, looked))
    } catch {
      // What it looked at until then is known.
    }
  }
  const nobody: Looked = () => undefined
  return { row: (looked) => probe(looked, nobody), anything: (looked) => probe(looked, looked) }
}
