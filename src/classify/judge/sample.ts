/** An even share of what is added, the same whatever the order: those with the smallest keys. Bounded. */
export interface EvenSample<T> {
  readonly add: (key: string, value: T) => void
  readonly values: () => readonly T[]
}

export const createEvenSample = <T>(most: number): EvenSample<T> => {
  let kept: { readonly key: string; readonly value: T }[] = []
  let bound: string | null = null
  const cut = (): void => {
    kept.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    kept = kept.slice(0, most)
    if (kept.length === most) bound = kept.at(-1)?.key ?? null
  }
  return {
    add: (key, value) => {
      if (bound !== null && key > bound) return
      kept.push({ key, value })
      if (kept.length >= 2 * most) cut()
    },
    values: () => {
      cut()
      return kept.map(({ value }) => value)
    },
  }
}
