/** What is to happen when, earliest first. */
export interface DueHeap<T> {
  readonly add: (at: number, item: T) => void
  /** Takes the earliest item that is due before an instant; undefined when none is. Equal instants come out in any order. */
  readonly takeBefore: (at: number) => T | undefined
  readonly size: () => number
}

/** A binary heap: adding and taking cost the logarithm of its size. */
export const createDueHeap = <T>(): DueHeap<T> => {
  const heap: { readonly at: number; readonly item: T }[] = []
  const timeAt = (index: number): number => heap[index]?.at ?? Number.POSITIVE_INFINITY
  const swap = (a: number, b: number): void => {
    const [left, right] = [heap[a], heap[b]]
    if (left === undefined || right === undefined) return
    heap[a] = right
    heap[b] = left
  }
  const sink = (): void => {
    for (let index = 0; ; ) {
      const child = timeAt(2 * index + 2) < timeAt(2 * index + 1) ? 2 * index + 2 : 2 * index + 1
      if (timeAt(child) >= timeAt(index)) return
      swap(index, child)
      index = child
    }
  }
  return {
    add: (at, item) => {
      let index = heap.push({ at, item }) - 1
      while (index > 0 && timeAt((index - 1) >> 1) > at) {
        swap(index, (index - 1) >> 1)
        index = (index - 1) >> 1
      }
    },
    takeBefore: (at) => {
      const first = heap[0]
      if (first === undefined || first.at >= at) return undefined
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) {
        heap[0] = last
        sink()
      }
      return first.item
    },
    size: () => heap.length,
  }
}
