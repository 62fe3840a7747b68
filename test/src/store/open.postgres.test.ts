import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import pg from 'pg'
import { epochMs, journeyKey, resumeToken, rowKey, sourceName } from '../../../src/model/ids.ts'
import type { LogPoint } from '../../../src/model/read.ts'
import type { Row } from '../../../src/model/value.ts'
import { rowAddress } from '../../../src/ports/capture-store.ts'
import { shadowStage } from '../../../src/ports/shadow-store.ts'
import type { Store } from '../../../src/ports/store.ts'
import { openStore } from '../../../src/store/open.ts'
import type { FreshDatabase } from '../../support/fresh-database.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import { at, batch, change, context, event, header, legacy, live, source, table, verdict } from './samples.ts'

let database: FreshDatabase
let store: Store

beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

beforeEach(async () => {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query('DROP SCHEMA IF EXISTS banyan CASCADE')
  await client.end()
  store = await openStore({ url: database.url })
  return () => store[Symbol.asyncDispose]()
})

const point = (number: number, ordinal = 0): LogPoint => ({ position: at(number), ordinal })
const never = new AbortController().signal
const collect = async <T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> => (await Array.fromAsync(pages)).flat()
const key = (text: string): ReturnType<typeof rowKey> => rowKey(JSON.stringify([text]))

describe('capture', () => {
  test('what was committed is read back exactly, whatever it holds', async () => {
    const row: Row = {
      big: 9_223_372_036_854_775_807n,
      bytes: new Uint8Array([0, 255]),
      minus: -0,
      nan: Number.NaN,
      pad: 'A  ',
      tricky: '\\N\t\n\r\u0000"ü\u2028',
      $i: '1',
      list: [1, null, 'x'],
      none: null,
      flag: true,
    }
    const written = [
      change(1, 'a\tb\\', row, { op: 'create', ordinal: 0, transaction: header(1, { count: 3, beganAt: epochMs(0.001) }) }),
      change(
        1,
        'b',
        { x: 1 },
        {
          ordinal: 1,
          before: { x: 0 },
          beforeKind: 'filled',
          omitted: ['note', '$x'],
          transaction: header(1, { count: 3, beganAt: epochMs(0.001) }),
        },
      ),
      change(1, 'c', null, { op: 'message', key: null, ordinal: 2, transaction: header(1, { count: 3, beganAt: epochMs(0.001) }) }),
    ]
    expect(await store.openCapture(source)).toBeNull()
    await store.commitCapture(batch(1, null, { transactions: [header(1, { count: 3, beganAt: epochMs(0.001) })], changes: written }))
    expect(await store.readChanges({ source, after: null, upTo: at(9), limit: 10 })).toEqual(written)
    expect(await store.changesAt(source, [point(1, 2), point(1, 0), point(5)])).toEqual([written[0], written[2]])
    expect(await store.captureCursor(source)).toEqual(batch(1, null).cursor)
    expect(await store.totals(source)).toEqual({ transactions: 1, changes: 3, events: 0, deadLetters: 0 })
  })

  test('of two who expect the same cursor one is refused, and writes nothing', async () => {
    await store.commitCapture(batch(1, null))
    await store.commitCapture(batch(2, 1))
    await expect(store.commitCapture(batch(3, 1, { changes: [change(3, 'a', {})] }))).rejects.toMatchObject({ code: 'store-stage-taken' })
    await expect(store.commitCapture(batch(1, null))).rejects.toMatchObject({ code: 'store-stage-taken' })
    expect(await store.captureCursor(source)).toMatchObject({ position: at(2) })
    expect(await store.readChanges({ source, after: null, upTo: at(9), limit: 10 })).toEqual([])
  })

  test('while one captures a source, no other can open its capture', async () => {
    await store.openCapture(source)
    const other = await openStore({ url: database.url })
    await expect(other.openCapture(source)).rejects.toMatchObject({ code: 'store-stage-taken' })
    expect(await other.openCapture(sourceName('another'))).toBeNull()
    await store[Symbol.asyncDispose]()
    expect(await other.openCapture(source)).toBeNull()
    await other[Symbol.asyncDispose]()
  })

  test('chunks of a large transaction are invisible until the cursor passes them, and are removed when it never does', async () => {
    await store.openCapture(source)
    await store.commitCapture(batch(1, null, { changes: [change(1, 'a', { n: 1 })] }))
    await store.appendChanges(source, [change(2, 'a', { n: 2 }), change(2, 'b', { n: 2 }, { ordinal: 1 })])
    expect(await store.readChanges({ source, after: null, upTo: at(1), limit: 10 })).toHaveLength(1)
    expect(await store.totals(source)).toMatchObject({ changes: 1 })
    expect(await store.openCapture(source)).toMatchObject({ position: at(1) })
    await store.appendChanges(source, [change(2, 'a', { n: 2 }), change(2, 'b', { n: 2 }, { ordinal: 1 })])
    await store.commitCapture(batch(2, 1))
    expect(await store.readChanges({ source, after: null, upTo: at(2), limit: 10 })).toHaveLength(3)
    expect(await store.totals(source)).toMatchObject({ changes: 3, transactions: 2 })
  })

  test('an unfinished snapshot begins again from nothing', async () => {
    const cursor = { ...batch(1, null).cursor, phase: 'snapshot' as const }
    await store.commitCapture(batch(1, null, { cursor, changes: [change(1, 'a', { n: 1 })], events: [event(1, 'a')] }))
    expect(await store.openCapture(source)).toBeNull()
    expect(await store.readChanges({ source, after: null, upTo: at(9), limit: 10 })).toEqual([])
    expect(await store.totals(source)).toEqual({ transactions: 0, changes: 0, events: 0, deadLetters: 0 })
  })

  test('an ended capture that is opened again is not ended', async () => {
    await store.commitCapture(batch(1, null, { cursor: { ...batch(1, null).cursor, phase: 'ended' } }))
    expect(await store.openCapture(source)).toMatchObject({ phase: 'stream', token: 'token 1' })
    expect(await store.captureCursor(source)).toMatchObject({ phase: 'stream' })
  })

  test('journeys replace themselves and come up when a limit passes', async () => {
    const state = (name: string, dueAt: number | null) => ({
      journey: 'order',
      key: journeyKey(name),
      startedAt: epochMs(1),
      facts: [],
      reached: [],
      overdue: [],
      dueAt: dueAt === null ? null : epochMs(dueAt),
    })
    await store.commitCapture(batch(1, null, { journeys: [state('a', 50), state('b', 20), state('c', null), state('a', 30)] }))
    expect(await store.journeysDue(epochMs(40), 10)).toEqual([state('b', 20), state('a', 30)])
    await store.commitCapture(batch(2, 1, { journeys: [state('b', null)] }))
    expect(await store.journeysDue(epochMs(40), 10)).toEqual([state('a', 30)])
    expect(
      await store.journeyStates([
        { journey: 'order', key: journeyKey('c') },
        { journey: 'x', key: journeyKey('c') },
      ]),
    ).toEqual([state('c', null)])
    expect(await store.journeyState('order', journeyKey('b'))).toEqual(state('b', null))
    expect(await store.journeyState('order', journeyKey('z'))).toBeNull()
  })

  test('dead letters are kept once by id, newest first', async () => {
    const letter = (number: number, reason: string) => ({
      id: String(number),
      source,
      position: at(number),
      stage: 'translate' as const,
      part: 'r',
      reason,
      at: epochMs(number),
    })
    await store.commitCapture(batch(1, null, { deadLetters: [letter(1, 'x'), letter(2, 'bad \u0000 \\ text')] }))
    await store.commitCapture(batch(2, 1, { deadLetters: [letter(1, 'again')] }))
    expect(await store.deadLetters(10)).toEqual([letter(2, 'bad \u0000 \\ text'), letter(1, 'again')])
    expect(await store.totals(source)).toMatchObject({ deadLetters: 2 })
  })
})

describe('waiting for capture', () => {
  test('a waiter is told of a commit of this process and of another', async () => {
    const other = await openStore({ url: database.url })
    const here = store.captured(source, null, never)
    const there = other.captured(source, null, never)
    await store.commitCapture(batch(1, null))
    expect(await here).toMatchObject({ position: at(1) })
    expect(await there).toMatchObject({ position: at(1) })
    const next = other.captured(source, at(1), never)
    await store.commitCapture(batch(2, 1, { cursor: { ...batch(2, 1).cursor, position: at(1), phase: 'ended' } }))
    expect(await next).toMatchObject({ position: at(1), phase: 'ended' })
    await other[Symbol.asyncDispose]()
  })

  test('an aborted wait answers with where capture stands', async () => {
    await store.commitCapture(batch(1, null))
    const stop = new AbortController()
    const waiting = store.captured(source, at(1), stop.signal)
    stop.abort()
    expect(await waiting).toMatchObject({ position: at(1) })
    expect(await store.captured(sourceName('unknown'), null, stop.signal)).toBeNull()
  })
})

describe('change log', () => {
  test('transactions are whole whatever the limit, tables can be chosen', async () => {
    const other = { table: 'ord_hdr' as typeof table }
    const changes = [1, 2, 3].flatMap((number) =>
      [0, 1, 2].map((ordinal) => change(number, `k${ordinal}`, { number }, { ordinal, ...(ordinal === 1 ? other : {}) })),
    )
    await store.commitCapture(batch(3, null, { transactions: [header(1), header(2), header(3)], changes }))
    expect(await store.readChanges({ source, after: null, upTo: at(9), limit: 1 })).toEqual(changes.slice(0, 3))
    expect(await store.readChanges({ source, after: null, upTo: at(9), limit: 3 })).toEqual(changes.slice(0, 3))
    expect(await store.readChanges({ source, after: at(1), upTo: at(9), limit: 4 })).toEqual(changes.slice(3))
    expect(await store.readChanges({ source, after: null, upTo: at(2), limit: 100 })).toEqual(changes.slice(0, 6))
    const chosen = await store.readChanges({ source, after: null, upTo: at(9), tables: [table], limit: 1 })
    expect(chosen).toEqual([changes[0], changes[2]])
    expect(await store.readChanges({ source, after: null, upTo: at(9), tables: ['nothing' as typeof table], limit: 5 })).toEqual([])
    expect(await store.readChanges({ source, after: at(3), upTo: at(9), limit: 5 })).toEqual([])
  })

  test('rows as of a point, newest rows, state and history agree on updates, deletions, truncations and left-out columns', async () => {
    const truncate = change(4, 'x', null, { op: 'truncate', key: null })
    const changes = [
      change(1, 'a', { n: 1, big: 'long' }, { op: 'create' }),
      change(1, 'b', { n: 1 }, { op: 'create', ordinal: 1 }),
      change(2, 'a', { n: 2 }, { omitted: ['big'] }),
      change(2, 'b', null, { ordinal: 1 }),
      change(3, 'c', { n: 3 }, { op: 'create' }),
      truncate,
      change(5, 'd', { n: 5 }, { op: 'create' }),
    ]
    await store.commitCapture(batch(5, null, { transactions: [1, 2, 3, 4, 5].map((number) => header(number)), changes }))
    const asked = [
      { table, key: key('a'), before: point(1) },
      { table, key: key('a'), before: point(1, 1) },
      { table, key: key('a'), before: point(3) },
      { table, key: key('b'), before: point(2, 1) },
      { table, key: key('b'), before: point(3) },
      { table, key: key('c'), before: point(4) },
      { table, key: key('c'), before: point(5) },
      { table: 'nothing' as typeof table, key: key('c'), before: point(5) },
    ]
    expect(await store.rowsAt(source, asked)).toEqual(
      new Map([
        [1, { n: 1, big: 'long' }],
        [2, { n: 2, big: 'long' }],
        [3, { n: 1 }],
        [5, { n: 3 }],
      ]),
    )
    const newest = await store.latestRows(
      source,
      ['a', 'b', 'c', 'd'].map((name) => ({ table, key: key(name) })),
    )
    expect(newest).toEqual(new Map([[rowAddress(table, key('d')), { n: 5 }]]))
    expect(await collect(store.stateAt(source, table, at(3)))).toEqual([changes[2], changes[4]])
    expect(await collect(store.stateAt(source, table, at(5)))).toEqual([changes[6]])
    expect(await store.history(source, table, key('a'), at(9), 10)).toEqual([changes[2], changes[0]])
    expect(await store.history(source, table, key('a'), at(1), 10)).toEqual([changes[0]])
  })

  test('state is complete over many pages', async () => {
    const changes = Array.from({ length: 2_500 }, (_, n) => change(1, `k${n}`, { n }, { ordinal: n }))
    const again = Array.from({ length: 2_500 }, (_, n) => change(2, `k${n}`, { n: n + 1 }, { ordinal: n }))
    await store.commitCapture(batch(2, null, { transactions: [header(1), header(2)], changes: [...changes, ...again] }))
    const sizes: number[] = []
    const seen = new Map<string, number>()
    for await (const page of store.stateAt(source, table, at(2))) {
      sizes.push(page.length)
      for (const found of page) seen.set(String(found.key), Number(found.after?.['n']))
    }
    expect(seen.size).toBe(2_500)
    expect(seen.get(key('k7'))).toBe(8)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000)
  })
})

describe('stages', () => {
  test('events come in log order, by type, from a point on; writing them twice changes nothing', async () => {
    const events = [event(1, 'a'), event(1, 'b', { ordinal: 1 }), event(2, 'a', { type: 'order.paid', milestone: 'paid' }), event(3, 'a')]
    await store.commitCapture(batch(3, null, { events: [...events].reverse() }))
    await store.commitCapture(batch(4, 3, { events: events.slice(0, 1) }))
    const types = ['order.placed', 'order.paid']
    expect(await store.readEvents({ source, types, after: null, upTo: at(9), limit: 10 })).toEqual(events)
    expect(await store.readEvents({ source, types, after: point(1), upTo: at(2), limit: 10 })).toEqual(events.slice(1, 3))
    expect(await store.readEvents({ source, types: ['order.placed'], after: null, upTo: at(9), limit: 2 })).toEqual(events.slice(0, 2))
    expect(await store.eventsOf(journeyKey('a'), 2)).toEqual([events[2], events[3]])
    expect(await store.totals(source)).toMatchObject({ events: 4 })
  })

  test('stage cursors compare and swap', async () => {
    expect(await store.stageCursor('feed')).toBeNull()
    await store.commitStage('feed', null, point(1))
    await expect(store.commitStage('feed', null, point(2))).rejects.toMatchObject({ code: 'store-stage-taken' })
    await expect(store.commitStage('feed', point(1, 1), point(2))).rejects.toMatchObject({ code: 'store-stage-taken' })
    await store.commitStage('feed', point(1), point(2, 5))
    expect(await store.stageCursor('feed')).toEqual(point(2, 5))
  })

  test('a live decision is written once and never changed', async () => {
    await store.commitShadow({ context, expected: null, next: point(1), decisions: [live(1, 'a')] })
    await store.commitShadow({ context, expected: point(1), next: point(2), decisions: [{ ...live(1, 'a'), tookMs: 99 }, live(2, 'b')] })
    expect(await store.stageCursor(shadowStage(context))).toEqual(point(2))
    expect(await store.decision(live(1, 'a').id)).toEqual({ live: live(1, 'a'), legacy: null, verdict: null })
    expect(await store.decision(live(7, 'a').id)).toBeNull()
    await expect(store.commitShadow({ context, expected: point(1), next: point(3), decisions: [live(3, 'c')] })).rejects.toMatchObject({
      code: 'store-stage-taken',
    })
    expect(await store.decision(live(3, 'c').id)).toBeNull()
  })

  test('pairs: unsettled and settled ones are found, the cursor keeps its three parts', async () => {
    expect(await store.pairCursor(context)).toBeNull()
    const open = legacy(2, 'b', { state: 'open', asOf: null, observation: null })
    const cursor = { at: point(2), settledBefore: point(1, 7), ended: false }
    await store.commitPairs({ context, expected: null, cursor, decisions: [open, legacy(1, 'a')], deadLetters: [] })
    expect(await store.pairCursor(context)).toEqual(cursor)
    expect(await store.unsettled(context)).toEqual([open])
    expect(await store.settledByKey(context, ['a', 'b', 'z'])).toEqual([legacy(1, 'a')])
    const ended = { at: point(3), settledBefore: point(4), ended: true }
    await store.commitPairs({ context, expected: point(2), cursor: ended, decisions: [legacy(2, 'b')], deadLetters: [] })
    expect(await store.unsettled(context)).toEqual([])
    expect(await store.pairCursor(context)).toEqual(ended)
  })
})

describe('classification', () => {
  const settle = async (): Promise<void> => {
    const numbers = [3, 1, 2]
    await store.commitShadow({ context, expected: null, next: point(3), decisions: numbers.map((number) => live(number, 'k')) })
    const decisions = [...numbers.map((number) => legacy(number, 'k')), legacy(4, 'k'), legacy(5, 'k', { state: 'answered' })]
    await store.commitPairs({
      context,
      expected: null,
      cursor: { at: point(5), settledBefore: point(4), ended: false },
      decisions,
      deadLetters: [],
    })
  }
  const ids = (found: readonly { readonly legacy: { readonly id: string } }[]): readonly string[] => found.map((one) => one.legacy.id)
  const id = (number: number): string => legacy(number, 'k').id

  test('settled decisions with a live answer are ready, by as-of point', async () => {
    await settle()
    const query = { context, after: null, before: point(99), limit: 10 }
    expect(ids(await store.readyDecisions(query))).toEqual([id(1), id(2), id(3)])
    expect(ids(await store.readyDecisions({ ...query, before: point(3) }))).toEqual([id(1), id(2)])
    expect(ids(await store.readyDecisions({ ...query, limit: 1 }))).toEqual([id(1)])
    expect(ids(await store.readyDecisions({ ...query, after: { ...point(1), id: id(1) } }))).toEqual([id(2), id(3)])
    expect((await store.readyDecisions(query))[0]).toEqual({ live: live(1, 'k'), legacy: legacy(1, 'k') })
  })

  test('a classified decision comes up again when it is revised, wherever the cursor stands', async () => {
    await settle()
    const next = { ...point(3), id: id(3) }
    await store.commitVerdicts({ context, expected: null, next, verdicts: [1, 2, 3].map((number) => verdict(number, 'k')) })
    expect(await store.classifyCursor(context)).toEqual(next)
    const query = { context, after: next, before: point(99), limit: 10 }
    expect(await store.readyDecisions(query)).toEqual([])
    const revised = legacy(2, 'k', { revision: 2, asOf: point(2, 1) })
    await store.commitPairs({
      context,
      expected: point(5),
      cursor: { at: point(6), settledBefore: point(6), ended: false },
      decisions: [revised],
      deadLetters: [],
    })
    expect(await store.readyDecisions(query)).toEqual([{ live: live(2, 'k'), legacy: revised }])
    await store.commitShadow({ context, expected: point(3), next: point(4), decisions: [live(4, 'k')] })
    expect(ids(await store.readyDecisions(query))).toEqual([id(2), id(4)])
    await store.commitVerdicts({ context, expected: next, next, verdicts: [verdict(2, 'k', { revision: 2 })] })
    expect(ids(await store.readyDecisions(query))).toEqual([id(4)])
  })

  test('a lower revision never replaces a higher verdict, an equal one does', async () => {
    await settle()
    const next = { ...point(3), id: id(3) }
    const mined = verdict(1, 'k', { revision: 2, finding: { kind: 'unresolved', reason: 'awaiting-mining' } })
    await store.commitVerdicts({ context, expected: null, next, verdicts: [mined, verdict(2, 'k')] })
    await store.commitVerdicts({ context, expected: next, next, verdicts: [verdict(1, 'k', { revision: 1 })] })
    expect(await collect(store.verdicts(context))).toEqual([mined, verdict(2, 'k')])
    await store.commitMining({ context, rules: [], verdicts: [verdict(1, 'k', { revision: 2 })] })
    expect(await collect(store.verdicts(context))).toEqual([verdict(1, 'k', { revision: 2 }), verdict(2, 'k')])
    await expect(store.commitVerdicts({ context, expected: null, next, verdicts: [] })).rejects.toMatchObject({ code: 'store-stage-taken' })
  })

  test('mining replaces all rules of a context', async () => {
    const rule = (name: string) =>
      ({
        id: name,
        context,
        status: 'lead',
        predicate: [],
        effect: [],
        words: 'when …',
        train: { fits: 1, breaks: 0, other: 0 },
        holdout: { fits: 1, breaks: 0, other: 0 },
        replay: { restored: 1, broken: 0 },
        precision: 1,
        precisionLower: 0.5,
        firstSeenAt: epochMs(1),
        lastSeenAt: epochMs(2),
        exposure: null,
        examples: [],
        counterExamples: [],
      }) as unknown as Parameters<Store['commitMining']>[0]['rules'][number]
    await store.commitMining({ context, rules: [rule('b'), rule('a')], verdicts: [] })
    expect(await store.rules(context)).toEqual([rule('b'), rule('a')])
    await store.commitMining({ context, rules: [rule('c')], verdicts: [] })
    expect(await store.rules(context)).toEqual([rule('c')])
  })

  test('the archive has both sides in order, the totals account for all', async () => {
    await settle()
    await store.commitVerdicts({ context, expected: null, next: { ...point(3), id: id(3) }, verdicts: [verdict(2, 'k')] })
    await store.commitCapture(batch(5, null, { events: [1, 2, 3, 4, 5].map((number) => event(number, 'k')) }))
    expect(await collect(store.archive(context))).toEqual([
      { live: live(1, 'k'), legacy: legacy(1, 'k'), verdict: null },
      { live: live(2, 'k'), legacy: legacy(2, 'k'), verdict: verdict(2, 'k') },
      { live: live(3, 'k'), legacy: legacy(3, 'k'), verdict: null },
    ])
    expect(await store.decisionTotals(context, 'order.placed')).toEqual({ triggers: 5, live: 3, open: 1, settled: 4, verdicts: 1 })
    expect(await store.decision(live(2, 'k').id)).toEqual({ live: live(2, 'k'), legacy: legacy(2, 'k'), verdict: verdict(2, 'k') })
  })
})

test('a lost connection is retryable, and capture goes on only after it is opened again', async () => {
  await store.openCapture(source)
  await store.commitCapture(batch(1, null))
  const admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()')
  await admin.end()
  await expect(store.commitCapture(batch(2, 1))).rejects.toMatchObject({ code: 'store-unreachable', retryable: true })
  await expect(store.commitCapture(batch(2, 1))).rejects.toMatchObject({ code: 'store-unreachable', retryable: true })
  expect(await store.openCapture(source)).toMatchObject({ token: resumeToken('token 1') })
  await store.commitCapture(batch(2, 1))
})
