/** Items between a socket, which pushes, and a consumer, who pulls. Bounded by bytes: the pusher is told to pause. */
export interface ItemQueue<Item> {
  readonly push: (item: Item, sizeBytes: number) => void
  /** Replaces the newest item if it is not taken yet and `may` allows it, else pushes. */
  readonly replaceLast: (item: Item, may: (last: Item) => boolean) => void
  /** No more items; those that are queued are still taken. */
  readonly end: () => void
  /** As `end`, and then `take` rejects. */
  readonly fail: (error: unknown) => void
  /** Null at the end. */
  readonly take: () => Promise<Item | null>
}

export interface ItemQueueOptions {
  readonly highWaterBytes: number
  readonly pause: () => void
  readonly resume: () => void
}

/** Taken entries are cut off in strokes of so many: one by one would copy the rest each time. */
const keptEntries = 256

export const itemQueue = <Item>(options: ItemQueueOptions): ItemQueue<Item> => {
  let entries: { item: Item; readonly sizeBytes: number }[] = []
  let head = 0
  let heldBytes = 0
  let paused = false
  let over: { readonly error?: unknown } | null = null
  let waiting: PromiseWithResolvers<void> | null = null
  const wake = (): void => {
    waiting?.resolve()
    waiting = null
  }
  const push = (item: Item, sizeBytes: number): void => {
    if (over !== null) return
    entries.push({ item, sizeBytes })
    heldBytes += sizeBytes
    if (!paused && heldBytes > options.highWaterBytes) {
      paused = true
      options.pause()
    }
    wake()
  }
  const shift = (): Item | undefined => {
    const entry = entries[head]
    if (entry === undefined) return undefined
    head += 1
    // A queue that is never empty must let go of what was taken all the same.
    if (head === entries.length || head >= keptEntries) {
      entries = entries.slice(head)
      head = 0
    }
    heldBytes -= entry.sizeBytes
    if (paused && heldBytes <= options.highWaterBytes / 2) {
      paused = false
      options.resume()
    }
    return entry.item
  }
  const close = (how: { readonly error?: unknown }): void => {
    over ??= how
    wake()
  }
  return {
    push,
    replaceLast: (item, may) => {
      // What comes after the end must not slip in under what came before it: it may cover items that were turned away.
      if (over !== null) return
      const last = entries.at(-1)
      if (last !== undefined && may(last.item)) last.item = item
      else push(item, 0)
    },
    end: () => close({}),
    fail: (error) => close({ error }),
    take: async () => {
      for (;;) {
        const item = shift()
        if (item !== undefined) return item
        if (over?.error !== undefined) throw over.error
        if (over !== null) return null
        waiting ??= Promise.withResolvers()
        await waiting.promise
      }
    },
  }
}
