import type { EventStream } from '../model/event-stream.ts'
import { BanyanError } from '../model/errors.ts'
import type { SourceName } from '../model/ids.ts'
import type { EventSink, OpenStream } from '../ports/event-sink.ts'
import type { PublishPoint } from '../ports/publish-store.ts'
import { publishStage } from '../ports/publish-store.ts'
import type { Store } from '../ports/store.ts'
import type { StoredEvent } from '../ports/stored-event.ts'
import { followCapture } from './follow.ts'
import { pause } from './pause.ts'

export interface PublishInput {
  readonly sink: EventSink
  readonly stream: EventStream
  readonly store: Store
  readonly source: SourceName
  readonly signal: AbortSignal
  readonly onPublished: (count: number) => void
  readonly onNotice: (text: string) => void
  /** How long a sink that is gone is tried again once there is nothing more to capture. */
  readonly patienceMs?: number
}

const batchEvents = 500
/** Few large transactions of the sink cost less than many small ones; a subscriber hardly notices. */
const gatherMs = 50
const [firstPauseMs, longestPauseMs] = [250, 5_000]
const usualPatienceMs = 60_000

/**
 * Publishes one stream of the stored events, each once and in order. The sink keeps with the events how far it is, so a crash at any
 * instant loses and doubles nothing; the store's cursor follows for who asks. A sink that fails is tried again for as long as the run
 * goes on: capture and the other stages do not wait for it, the events do, in the store.
 *
 * Gives null when all is published or the run was stopped, else what is still wrong with the sink when the input has long ended.
 *
 * @throws BanyanError sink-fenced, sink-position-lost, store-*.
 */
export const publishStream = async (input: PublishInput): Promise<BanyanError | null> => {
  const { sink, stream, store, source, signal, onNotice } = input
  let pauseMs = firstPauseMs
  let endedAtMs: number | null = null
  let failures = 0
  let told: string | null = null
  while (!signal.aborted) {
    try {
      await publishToEnd(input, () => {
        if (told !== null) onNotice(`publishing to ${stream.name} goes on`)
        told = null
        failures = 0
        endedAtMs = null
        pauseMs = firstPauseMs
      })
      return null
    } catch (error) {
      if (signal.aborted) return null
      if (!(error instanceof BanyanError) || !mayPass(error)) throw error
      const cursor = await store.captureCursor(source)
      if (cursor?.phase === 'ended') endedAtMs ??= performance.now()
      if (endedAtMs !== null && performance.now() - endedAtMs >= (input.patienceMs ?? usualPatienceMs)) return error
      failures += 1
      // A topic that was just made, or a broker that hands over to another, is often refused once.
      if (failures > 1 && told !== error.code) {
        onNotice(`publishing to ${stream.name} of ${sink.name} waits: ${error.message}; ${error.hint}`)
        told = error.code
      }
    }
    await pause(pauseMs, signal)
    pauseMs = Math.min(longestPauseMs, 2 * pauseMs)
  }
  return null
}

/** Others than these pass, or are mended at the brokers while the run goes on. */
const mayPass = ({ code }: BanyanError): boolean => code.startsWith('sink-') && code !== 'sink-fenced' && code !== 'sink-position-lost'

const publishToEnd = async (input: PublishInput, onSuccess: () => void): Promise<void> => {
  const { sink, stream, store, source, signal } = input
  const open = await sink.open(stream)
  try {
    const stage = publishStage(sink.name, stream)
    const from = await whereFrom(input, stage, open)
    let [after, at] = [from.place, from.point]
    const step = async (): Promise<void> => {
      let batch = await store.eventsOfStream({ source, stream, after, limit: batchEvents })
      while (batch.length > 0 && !signal.aborted) {
        after = batch.at(-1)?.place ?? after
        const publishing = publishBatch(open, batch, from.isDone)
        // Read while the sink is at work.
        const [next, point] = await Promise.all([store.eventsOfStream({ source, stream, after, limit: batchEvents }), publishing])
        if (point !== null) await store.commitPublished(stage, at, point)
        at = point ?? at
        input.onPublished(batch.length)
        onSuccess()
        batch = next
      }
      onSuccess()
    }
    await followCapture({ log: store, source, signal, gatherMs, step })
  } finally {
    await open.close()
  }
}

/** Null: the sink has all of them. */
const publishBatch = async (
  open: OpenStream,
  batch: readonly StoredEvent[],
  isDone: (stored: StoredEvent) => boolean,
): Promise<PublishPoint | null> => {
  const events = batch.filter((stored) => !isDone(stored)).map(({ event }) => event)
  const last = events.at(-1)
  if (last === undefined) return null
  const point = { event: last.id, position: last.position }
  await open.publish(events, point)
  return point
}

interface Start {
  readonly place: bigint | null
  readonly point: PublishPoint | null
  /** What the sink has, though this store does not know how it came there. */
  readonly isDone: (stored: StoredEvent) => boolean
}

/** The sink's own word counts; the store's cursor is put right by it. */
const whereFrom = async ({ store, stream, sink }: PublishInput, stage: string, { published, isWritten }: OpenStream): Promise<Start> => {
  const stored = await store.publishPoint(stage)
  if (published === null) {
    // Brokers made anew get everything again; topics that only lost the word how far they are would get it twice.
    if (stored !== null && isWritten) throw positionLost(sink, stream, 'it holds events, and no word of how far they go')
    return { place: null, point: stored, isDone: () => false }
  }
  if (stored?.event !== published.event) await store.commitPublished(stage, stored, published)
  const place = await store.placeOf(published.event)
  if (place !== null) return { place, point: published, isDone: () => false }
  // Another store published it: one that was begun anew goes on behind the same place of the log.
  const epoch = epochIn(published.position)
  return {
    place: null,
    point: published,
    isDone: ({ event }) => {
      if (epochIn(event.position) === epoch) return event.position <= published.position
      throw positionLost(sink, stream, 'it holds events of another log than the one that is captured')
    },
  }
}

const epochIn = (position: string): string => position.slice(0, position.lastIndexOf(':'))

const positionLost = (sink: EventSink, stream: EventStream, why: string): BanyanError =>
  new BanyanError('sink-position-lost', `${stream.name} cannot be gone on with: ${why}`, {
    hint: 'publish to a topic of another name, which gets all events from the first on, or delete this one with what it holds',
    where: sink.name,
  })
