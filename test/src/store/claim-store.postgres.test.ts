import pg from 'pg'
import { expect, test } from 'vitest'
import type { Store } from '../../../src/ports/store.ts'
import { openStore } from '../../../src/store/open.ts'
import { emptyStore } from './empty-store.ts'
import { at, batch, context, legacy, source, verdict } from './samples.ts'

const { store, url } = emptyStore()

const query = async (sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url() })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}

const held = async (of: Store): Promise<readonly (readonly string[])[]> =>
  (await of.members()).map(({ holds }) => holds.map(({ stage }) => stage))

test('a stage is one member’s at a time, and free again when that one lets go, leaves, or its session breaks', async () => {
  await using other = await openStore({ url: url() })
  await using one = await store().join()
  const two = await other.join()
  expect(await one.claim('shadow a')).toBe(true)
  expect(await two.claim('shadow a')).toBe(false)
  expect(await two.claim('pair a')).toBe(true)
  expect(await held(store())).toEqual([['shadow a'], ['pair a']])
  await one.release('shadow a')
  expect(await two.claim('shadow a')).toBe(true)
  await two[Symbol.asyncDispose]()
  expect(await held(store())).toEqual([[]])
  expect(await one.claim('pair a')).toBe(true)
  await query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%banyan.claims%' AND pid <> pg_backend_pid()`)
  await expect(one.look([])).rejects.toMatchObject({ code: 'store-unreachable', retryable: true })
  await expect(one.claim('pair a')).rejects.toMatchObject({ code: 'store-unreachable' })
  expect(await store().members()).toEqual([])
})

test('members hear who is there, what each has, and what each waits for', async () => {
  await using other = await openStore({ url: url() })
  await using one = await store().join()
  await using two = await other.join()
  await one.claim('shadow a')
  await one.look([])
  const members = await two.look(['shadow a', 'pair a'])
  expect(members).toMatchObject([
    { number: one.number, pid: process.pid, waitsFor: [], holds: [{ stage: 'shadow a' }] },
    { number: two.number, waitsFor: ['shadow a', 'pair a'], holds: [] },
  ])
  const now = Date.now()
  for (const { since, silentMs } of members) {
    expect(Math.abs(since - now)).toBeLessThan(60_000)
    expect(silentMs).toBeLessThan(60_000)
  }
})

const point = (number: number): { readonly position: ReturnType<typeof at>; readonly ordinal: number } => ({
  position: at(number),
  ordinal: 0,
})

test('what an earlier holder still commits is refused, also where the cursor stays', async () => {
  await using other = await openStore({ url: url() })
  await using one = await store().join()
  await one.claim(`classify ${context}`)
  await one.claim(`pair ${context}`)
  await store().commitCapture(batch(3, null))
  const cursor = { at: point(3), settledBefore: point(3), lastPaired: null, ended: false }
  await store().commitPairs({ context, expected: null, cursor, decisions: [legacy(1, 'a')], deadLetters: [] })
  const ready = { ...point(1), id: 'x' }
  await store().commitVerdicts({ context, expected: null, next: ready, verdicts: [] })
  await one.release(`classify ${context}`)
  await one.release(`pair ${context}`)

  await using two = await other.join()
  await two.claim(`classify ${context}`)
  await two.claim(`pair ${context}`)
  const late = store().commitVerdicts({ context, expected: ready, next: ready, verdicts: [verdict(1, 'a')] })
  await expect(late).rejects.toMatchObject({ code: 'store-stage-taken' })
  const latePairs = store().commitPairs({ context, expected: point(3), cursor, decisions: [legacy(2, 'b')], deadLetters: [] })
  await expect(latePairs).rejects.toMatchObject({ code: 'store-stage-taken' })
  expect(await store().settledByKey(context, ['b'])).toEqual([])
  await other.commitVerdicts({ context, expected: ready, next: ready, verdicts: [] })
})

test('a member that is expelled has no session left, and can come again as a new one', async () => {
  await using other = await openStore({ url: url() })
  const stopped = await other.join()
  await stopped.claim('shadow a')
  await other.openCapture(source)
  await using one = await store().join()
  await one.expel(stopped.number)
  await expect.poll(() => one.claim('shadow a')).toBe(true)
  expect(await store().openCapture(source)).toBeNull()
  await expect(stopped.look([])).rejects.toMatchObject({ code: 'store-unreachable' })
  await stopped[Symbol.asyncDispose]()
  await using again = await other.join()
  expect(await again.claim('shadow a')).toBe(false)
  expect(again.number).not.toBe(stopped.number)
})

test('capture that was closed can be opened by others', async () => {
  await using other = await openStore({ url: url() })
  await store().openCapture(source)
  await store().openCapture(source)
  await store().closeCapture(source)
  expect(await other.openCapture(source)).toBeNull()
})
