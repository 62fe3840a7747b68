/** Business events that are published together, in order per key: a topic, where the sink has topics. */
export interface EventStream {
  /** Of the topic. */
  readonly name: string
  /** The journey whose facts, derived ones included, it carries; null where `types` says it. */
  readonly journey: string | null
  /** Types that it carries besides. */
  readonly types: readonly string[]
  /** The team that answers for it. */
  readonly owner: string
  readonly description: string | null
  /** How long its events are kept, in ms; null: for ever, so that who comes later reads all of it. */
  readonly retentionMs: number | null
  /** How old the newest event may be when a reader could have it, in ms: a promise. Null: none is given. */
  readonly freshWithinMs: number | null
  readonly partitions: number
  /** Null: as the place where it is made has it. */
  readonly replicas: number | null
}

/** The stream that carries an event; null: none does, and it stays in the store alone. A config has at most one. */
export const streamOf = (
  streams: readonly EventStream[],
  event: { readonly type: string; readonly journey: string | null },
): EventStream | null =>
  streams.find((stream) => (stream.journey !== null && stream.journey === event.journey) || stream.types.includes(event.type)) ?? null
