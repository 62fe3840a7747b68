import { describe, expect, test } from 'vitest'
import type { BusinessEvent } from '../../../src/model/business-event.ts'
import { BanyanError } from '../../../src/model/errors.ts'
import type { EventStream } from '../../../src/model/event-stream.ts'
import { epochMs, position, resumeToken, sourceName } from '../../../src/model/ids.ts'
import { publishStatus } from '../../../src/pipeline/publish-status.ts'
import { publishStream } from '../../../src/pipeline/publish.ts'
import type { PipelineConfig } from '../../../src/pipeline/config.ts'
import type { EventSink } from '../../../src/ports/event-sink.ts'
import type { PublishPoint } from '../../../src/ports/publish-store.ts'
import type { Store } from '../../../src/ports/store.ts'
import { emptyStore } from '../store/empty-store.ts'

const stream: EventStream = {
  name: 'updates',
  journey: 'shipment',
  types: ['dock.closed'],
  owner: 'warehouse',
  description: null,
  retentionMs: null,
  freshWithinMs: 1_000,
  partitions: 1,
  replicas: null,
}
const source = sourceName('wms')
const placeOf = (at: number, epoch = 'e1'): BusinessEvent['position'] => position(`${epoch}:${String(at).padStart(6, '0')}`)

const made = (at: number, more: Partial<BusinessEvent> = {}): BusinessEvent => ({
  id: `event ${more.type ?? ''}${at}` as BusinessEvent['id'],
  type: 'shipment.departed',
  source,
  key: `S${at % 3}` as BusinessEvent['key'],
  data: { at },
  occurredAt: epochMs(at),
  position: placeOf(at),
  ordinal: 0,
  journey: 'shipment',
  milestone: null,
  rule: { name: 'shipment.departed', version: 1 },
  causes: [],
  ...more,
})

/** Stores events as capture does, one batch a call; `ended` lets who follows come to an end. */
const capturing = (store: Store): ((events: readonly BusinessEvent[], phase?: 'stream' | 'ended') => Promise<void>) => {
  let expected: ReturnType<typeof resumeToken> | null = null
  let batches = 0
  return async (events, phase = 'stream') => {
    batches += 1
    const token = resumeToken(`t${batches}`)
    const cursor = { token, position: events.at(-1)?.position ?? placeOf(999_000 + batches), at: epochMs(batches), phase }
    await store.commitCapture({ source, expected, cursor, transactions: [], changes: [], events, journeys: [], deadLetters: [] })
    expected = token
  }
}

/** A sink in memory that breaks when it is told to, before or after what it was given is kept. */
const scripted = (
  breaks: readonly ('open' | 'before' | 'after' | null)[] = [],
): EventSink & { readonly held: BusinessEvent[]; readonly turns: () => number } => {
  const held: BusinessEvent[] = []
  const script = [...breaks]
  let point: PublishPoint | null = null
  let turns = 0
  const fail = (code: 'sink-unreachable'): never => {
    throw new BanyanError(code, 'gone', { hint: 'wait' })
  }
  return {
    name: 'sink',
    streams: [stream],
    places: [],
    mode: 'binary',
    held,
    turns: () => turns,
    open: async () => {
      if (script[0] === 'open') {
        script.shift()
        fail('sink-unreachable')
      }
      return {
        published: point,
        isWritten: held.length > 0,
        publish: async (events, next) => {
          turns += 1
          const now = script.shift()
          if (now === 'before') fail('sink-unreachable')
          held.push(...events)
          point = next
          if (now === 'after') fail('sink-unreachable')
        },
        close: async () => undefined,
      }
    },
  }
}

const { store } = emptyStore()
const publish = async (sink: EventSink, more: Partial<Parameters<typeof publishStream>[0]> = {}): Promise<readonly string[]> => {
  const notices: string[] = []
  const { signal } = new AbortController()
  const common = { sink, stream, store: store(), source, signal, onPublished: () => undefined }
  const left = await publishStream({ ...common, onNotice: (text) => notices.push(text), ...more })
  return left === null ? notices : [...notices, left.code]
}
const status = async (sink: EventSink): Promise<unknown> =>
  publishStatus({ config: { publish: sink, source: { name: source } } as unknown as PipelineConfig, store: store(), now: epochMs(5_000) })

describe('publishing a stream', () => {
  test('takes what the stream carries, in the order in which it was stored, once', async () => {
    const capture = capturing(store())
    const sink = scripted()
    await capture([made(1), made(1, { type: 'dock.closed', journey: null }), made(1, { type: 'dock.opened', journey: null }), made(2)])
    // An overdue milestone is stated at a place of the log that was passed before.
    await capture([made(2, { type: 'shipment.arrived-overdue' })])
    expect(await status(sink)).toEqual([{ name: 'updates', waiting: 4, behindMs: 4_999, freshWithinMs: 1_000, isLate: true }])
    await capture([], 'ended')
    expect(await publish(sink)).toEqual([])
    expect(sink.held.map(({ id }) => id)).toEqual(['event 1', 'event dock.closed1', 'event 2', 'event shipment.arrived-overdue2'])
    expect(await status(sink)).toEqual([{ name: 'updates', waiting: 0, behindMs: 0, freshWithinMs: 1_000, isLate: false }])
    await publish(sink)
    expect(sink.held).toHaveLength(4)
  })

  test('a sink that breaks before, while or after it keeps a batch gets each event once', async () => {
    const capture = capturing(store())
    const sink = scripted(['open', 'before', 'after', null, 'after'])
    const events = Array.from({ length: 1_700 }, (_, at) => made(at))
    await capture(events)
    await capture([], 'ended')
    const notices = await publish(sink)
    expect(sink.held.map(({ id }) => id)).toEqual(events.map(({ id }) => id))
    expect(notices[0]).toBe('publishing to updates of sink waits: gone; wait')
    expect(notices.at(-1)).toBe('publishing to updates goes on')
  })

  test('one that stays away when the input has ended is told, and nothing is lost', async () => {
    const capture = capturing(store())
    await capture([made(1)], 'ended')
    expect(await publish(scripted(Array.from({ length: 50 }, () => 'open')), { patienceMs: 300 })).toContain('sink-unreachable')
    expect(await status(scripted())).toMatchObject([{ waiting: 1 }])
  })

  test('a store that was begun anew goes on behind the same place of the log', async () => {
    const sink = scripted()
    await capturing(store())([made(1), made(2)], 'ended')
    await publish(sink)
    await using anew = await openAnew()
    await capturing(anew)([made(2, { id: 'event other' as BusinessEvent['id'] }), made(3), made(4)], 'ended')
    await publish(sink, { store: anew })
    expect(sink.held.map(({ id }) => id)).toEqual(['event 1', 'event 2', 'event 3', 'event 4'])
  })

  test('a topic of another log, and one that lost its position, are refused', async () => {
    const sink = scripted()
    await capturing(store())([made(1)], 'ended')
    await publish(sink)
    const lost = { ...sink, open: async () => ({ ...(await sink.open(stream)), published: null }) }
    await expect(publish(lost)).rejects.toMatchObject({ code: 'sink-position-lost' })
    await using anew = await openAnew()
    await capturing(anew)([made(7, { position: placeOf(7, 'e2') })], 'ended')
    await expect(publish(sink, { store: anew })).rejects.toMatchObject({ code: 'sink-position-lost' })
    expect(sink.held).toHaveLength(1)
  })

  test('one that another run took over is not fought for', async () => {
    await capturing(store())([made(1)], 'ended')
    const taken = async (): Promise<never> => {
      throw new BanyanError('sink-fenced', 'taken', { hint: 'stop it' })
    }
    await expect(publish({ ...scripted(), open: taken })).rejects.toMatchObject({ code: 'sink-fenced' })
  })

  test('brokers that were made anew get everything again', async () => {
    const [first, second] = [scripted(), scripted()]
    await capturing(store())([made(1), made(2)], 'ended')
    await publish(first)
    await publish(second)
    expect(second.held).toEqual(first.held)
  })
})

/** Another store, in a database of its own. */
const openAnew = async (): Promise<Store & AsyncDisposable> => {
  const { freshDatabase } = await import('../../support/fresh-database.ts')
  const { openStore } = await import('../../../src/store/open.ts')
  const database = await freshDatabase()
  const opened = await openStore({ url: database.url })
  return {
    ...opened,
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]()
      await database.drop()
    },
  }
}
