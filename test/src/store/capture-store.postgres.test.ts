import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { epochMs, journeyKey, resumeToken, sourceName } from '../../../src/model/ids.ts'
import type { LogPoint } from '../../../src/model/read.ts'
import type { Row } from '../../../src/model/value.ts'
import { openStore } from '../../../src/store/open.ts'
import { emptyStore } from './empty-store.ts'
import { at, batch, change, event, header, source } from './samples.ts'

const { store, url } = emptyStore()
const point = (number: number, ordinal = 0): LogPoint => ({ position: at(number), ordinal })
const never = new AbortController().signal

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
      change(1, 'a\tb\\', row, { op: 'create', rekeys: true, ordinal: 0, transaction: header(1, { count: 3, beganAt: epochMs(0.001) }) }),
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
    expect(await store().openCapture(source)).toBeNull()
    await store().commitCapture(batch(1, null, { transactions: [header(1, { count: 3, beganAt: epochMs(0.001) })], changes: written }))
    expect(await store().readChanges({ source, after: null, upTo: at(9), limit: 10 })).toEqual(written)
    expect(await store().changesAt(source, [point(1, 2), point(1, 0), point(5)])).toEqual([written[0], written[2]])
    expect(await store().captureCursor(source)).toEqual(batch(1, null).cursor)
    expect(await store().totals(source)).toEqual({ transactions: 1, changes: 3, events: 0, deadLetters: 0 })
  })

  test('of two who expect the same cursor one is refused, and writes nothing', async () => {
    await store().commitCapture(batch(1, null))
    await store().commitCapture(batch(2, 1))
    await expect(store().commitCapture(batch(3, 1, { changes: [change(3, 'a', {})] }))).rejects.toMatchObject({ code: 'store-stage-taken' })
    await expect(store().commitCapture(batch(1, null))).rejects.toMatchObject({ code: 'store-stage-taken' })
    expect(await store().captureCursor(source)).toMatchObject({ position: at(2) })
    expect(await store().readChanges({ source, after: null, upTo: at(9), limit: 10 })).toEqual([])
  })

  test('while one captures a source, no other can open its capture', async () => {
    await store().openCapture(source)
    const other = await openStore({ url: url() })
    await expect(other.openCapture(source)).rejects.toMatchObject({ code: 'store-stage-taken' })
    expect(await other.openCapture(sourceName('another'))).toBeNull()
    await store()[Symbol.asyncDispose]()
    expect(await other.openCapture(source)).toBeNull()
    await other[Symbol.asyncDispose]()
  })

  test('chunks of a large transaction are invisible until the cursor passes them, and are removed when it never does', async () => {
    await store().openCapture(source)
    await store().commitCapture(batch(1, null, { changes: [change(1, 'a', { n: 1 })] }))
    await store().appendChanges(source, [change(2, 'a', { n: 2 }), change(2, 'b', { n: 2 }, { ordinal: 1 })])
    expect(await store().readChanges({ source, after: null, upTo: at(1), limit: 10 })).toHaveLength(1)
    expect(await store().totals(source)).toMatchObject({ changes: 1 })
    expect(await store().openCapture(source)).toMatchObject({ position: at(1) })
    await store().appendChanges(source, [change(2, 'a', { n: 2 }), change(2, 'b', { n: 2 }, { ordinal: 1 })])
    await store().commitCapture(batch(2, 1))
    expect(await store().readChanges({ source, after: null, upTo: at(2), limit: 10 })).toHaveLength(3)
    expect(await store().totals(source)).toMatchObject({ changes: 3, transactions: 2 })
  })

  test('an unfinished snapshot begins again from nothing', async () => {
    const cursor = { ...batch(1, null).cursor, phase: 'snapshot' as const }
    await store().commitCapture(batch(1, null, { cursor, changes: [change(1, 'a', { n: 1 })], events: [event(1, 'a')] }))
    expect(await store().openCapture(source)).toBeNull()
    expect(await store().readChanges({ source, after: null, upTo: at(9), limit: 10 })).toEqual([])
    expect(await store().totals(source)).toEqual({ transactions: 0, changes: 0, events: 0, deadLetters: 0 })
  })

  test('who follows an input that had ended, and goes on, is told so', async () => {
    const ended = { ...batch(1, null), cursor: { ...batch(1, null).cursor, phase: 'ended' as const } }
    await store().commitCapture(ended)
    expect(await store().captured(source, null, never)).toMatchObject({ phase: 'ended' })
    await store().openCapture(source)
    expect(await store().captured(source, null, never)).toMatchObject({ position: at(1), phase: 'stream' })
  })

  test('an ended capture that is opened again is not ended', async () => {
    await store().commitCapture(batch(1, null, { cursor: { ...batch(1, null).cursor, phase: 'ended' } }))
    expect(await store().openCapture(source)).toMatchObject({ phase: 'stream', token: 'token 1' })
    expect(await store().captureCursor(source)).toMatchObject({ phase: 'stream' })
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
    await store().commitCapture(batch(1, null, { journeys: [state('a', 50), state('b', 20), state('c', null), state('a', 30)] }))
    expect(await store().journeysDue(epochMs(40), 10)).toEqual([state('b', 20), state('a', 30)])
    await store().commitCapture(batch(2, 1, { journeys: [state('b', null)] }))
    expect(await store().journeysDue(epochMs(40), 10)).toEqual([state('a', 30)])
    expect(
      await store().journeyStates([
        { journey: 'order', key: journeyKey('c') },
        { journey: 'x', key: journeyKey('c') },
      ]),
    ).toEqual([state('c', null)])
    expect(await store().journeyState('order', journeyKey('b'))).toEqual(state('b', null))
    expect(await store().journeyState('order', journeyKey('z'))).toBeNull()
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
    await store().commitCapture(batch(1, null, { deadLetters: [letter(1, 'x'), letter(2, 'bad \u0000 \\ text')] }))
    await store().commitCapture(batch(2, 1, { deadLetters: [letter(1, 'again')] }))
    expect(await store().deadLetters(10)).toEqual([letter(2, 'bad \u0000 \\ text'), letter(1, 'again')])
    expect(await store().totals(source)).toMatchObject({ deadLetters: 2 })
  })
})

describe('waiting for capture', () => {
  test('a waiter is told of a commit of this process and of another', async () => {
    const other = await openStore({ url: url() })
    const here = store().captured(source, null, never)
    const there = other.captured(source, null, never)
    await store().commitCapture(batch(1, null))
    expect(await here).toMatchObject({ position: at(1) })
    expect(await there).toMatchObject({ position: at(1) })
    const next = other.captured(source, at(1), never)
    await store().commitCapture(batch(2, 1, { cursor: { ...batch(2, 1).cursor, position: at(1), phase: 'ended' } }))
    expect(await next).toMatchObject({ position: at(1), phase: 'ended' })
    await other[Symbol.asyncDispose]()
  })

  test('an aborted wait answers with where capture stands', async () => {
    await store().commitCapture(batch(1, null))
    const stop = new AbortController()
    const waiting = store().captured(source, at(1), stop.signal)
    stop.abort()
    expect(await waiting).toMatchObject({ position: at(1) })
    expect(await store().captured(sourceName('unknown'), null, stop.signal)).toBeNull()
  })
})

test('a lost connection is retryable, and capture goes on only after it is opened again', async () => {
  await store().openCapture(source)
  await store().commitCapture(batch(1, null))
  const admin = new pg.Client({ connectionString: url() })
  await admin.connect()
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()')
  await admin.end()
  await expect(store().commitCapture(batch(2, 1))).rejects.toMatchObject({ code: 'store-unreachable', retryable: true })
  await expect(store().commitCapture(batch(2, 1))).rejects.toMatchObject({ code: 'store-unreachable', retryable: true })
  expect(await store().openCapture(source)).toMatchObject({ token: resumeToken('token 1') })
  await store().commitCapture(batch(2, 1))
})
