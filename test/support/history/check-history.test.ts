import { describe, expect, test } from 'vitest'
import type { Breach } from './check-history.ts'
import { checkHistory } from './check-history.ts'
import type { History, StoredChange } from './history.ts'
import { madeHistory } from './made-history.ts'

const history = madeHistory(5, 200)

/** Changes of one streamed transaction, which has more than two of them. */
const victim = ((): { readonly position: string; readonly id: string } => {
  const { position } = history.changes.find(({ op, ordinal }) => op !== 'read' && ordinal === 3) ?? { position: '' }
  const id = history.events.find((event) => event.position === position)?.key ?? ''
  return { position, id }
})()

const isVictim = ({ position }: { readonly position: string }): boolean => position === victim.position

/** The store without the changes for which it says so, their headers put right. */
const without = (drop: (change: StoredChange) => boolean): History => {
  const changes = history.changes.filter((change) => !drop(change))
  const left = Map.groupBy(changes, ({ position }) => position)
  const renumbered = [...left.values()].flatMap((part) => part.map((change, ordinal) => ({ ...change, ordinal })))
  const transactions = history.transactions.flatMap((one) => {
    const count = left.get(one.position)?.length ?? 0
    return count === 0 ? [] : [{ ...one, count: one.snapshot ? one.count : count }]
  })
  return { ...history, changes: renumbered, transactions }
}

/** Positions of two streamed transactions with a property, the earlier one first. */
const exchanged = (first: string, second: string): History => {
  const swap = <T extends { readonly position: string }>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ ...item, position: item.position === first ? second : item.position === second ? first : item.position }))
      .sort((a, b) => (a.position < b.position ? -1 : a.position > b.position ? 1 : 0))
  return { ...history, changes: swap(history.changes), transactions: swap(history.transactions), events: swap(history.events) }
}

const positionsWhere = (holds: (one: History['committed'][number]) => boolean): readonly string[] =>
  history.committed.flatMap((one) => {
    const event = history.events.find(({ key }) => key === one.id)
    return event !== undefined && holds(one) ? [event.position] : []
  })

const kindsOf = (broken: History): readonly Breach['kind'][] => [...new Set(checkHistory(broken).map(({ kind }) => kind))]

test('a faithful store has no breach, whatever the workload drew', () => {
  for (let seed = 1; seed <= 20; seed += 1) expect(checkHistory(madeHistory(seed, 120))).toEqual([])
})

/** The snapshot once more, behind its first part: what a connector that was killed in it writes. */
const begunAnew = (truncates: boolean): History => {
  const reads = history.changes.filter(({ op }) => op === 'read')
  const position = reads[0]?.position ?? ''
  const empty = ['mark', 'item'].map((table): StoredChange => ({ position, ordinal: 0, op: 'truncate', table, key: 'null', row: null }))
  const gone: StoredChange = { position, ordinal: 0, op: 'read', table: 'item', key: '99', row: { id: '99' } }
  const all = [gone, ...reads.slice(0, 9), ...(truncates ? empty : []), ...reads].map((change, ordinal) => ({ ...change, ordinal }))
  return { ...history, changes: [...all, ...history.changes.filter(({ op }) => op !== 'read')] }
}

test('a snapshot that is begun anew is none that came twice, if it emptied its tables', () => {
  expect(checkHistory(begunAnew(true))).toEqual([])
  expect(kindsOf(begunAnew(false))).toContain('doubled')
  expect(kindsOf(begunAnew(false))).toContain('final')
})

test('the made workload has all that can go wrong: large transactions, changed keys, deletes, updates that leave a text alone', () => {
  const writes = history.committed.flatMap((one) => one.writes)
  expect(writes.filter(({ from }) => from !== undefined).length).toBeGreaterThan(3)
  expect(writes.filter(({ op, set }) => op === 'update' && !('note' in set)).length).toBeGreaterThan(20)
  expect(history.committed.filter((one) => one.writes.length > 40).length).toBeGreaterThan(1)
  expect(history.changes.filter(({ op }) => op === 'read').length).toBeGreaterThan(20)
})

describe('each kind of breach is seen', () => {
  const [first = '', second = ''] = positionsWhere((one) => one.ticket !== null)
  const ofWorker = positionsWhere((one) => one.worker === 2 && one.ticket === null)
  const event = history.events[7] ?? { id: '', position: '', key: '' }
  const last = history.changes.findLast(({ op, table, row }) => op === 'update' && table === 'item' && row !== null)
  const cases: readonly (readonly [string, Breach['kind'], History])[] = [
    ['a transaction that is missing', 'lost', { ...without(isVictim), events: history.events.filter((one) => !isVictim(one)) }],
    ['a transaction of the end that is missing', 'final', without(({ position }) => position === last?.position)],
    ['one row of a transaction that is missing', 'torn', without((change) => isVictim(change) && change.ordinal === 2)],
    [
      'a row that comes twice',
      'doubled',
      { ...history, changes: history.changes.flatMap((one) => (isVictim(one) && one.ordinal === 1 ? [one, one] : [one])) },
    ],
    [
      'a transaction that comes twice',
      'doubled',
      {
        ...history,
        changes: [...history.changes, ...history.changes.filter(isVictim).map((one) => ({ ...one, position: 'e:99999999' }))],
        transactions: [
          ...history.transactions,
          ...history.transactions.filter(isVictim).map((one) => ({ ...one, position: 'e:99999999' })),
        ],
      },
    ],
    [
      'a header that comes twice',
      'doubled',
      { ...history, transactions: history.transactions.flatMap((one) => (isVictim(one) ? [one, one] : [one])) },
    ],
    [
      'a transaction that was rolled back',
      'invented',
      { ...history, committed: history.committed.filter(({ id }) => id !== victim.id), confirmed: [] },
    ],
    ['two of those that share the lock, exchanged', 'order', exchanged(first, second)],
    ['two of one worker, exchanged', 'order', exchanged(ofWorker[0] ?? '', ofWorker[1] ?? '')],
    [
      'a value that is not what was written',
      'value',
      { ...history, changes: history.changes.map((one) => (one === last ? { ...one, row: { ...one.row, price: '0.01' } } : one)) },
    ],
    [
      'a column that is missing',
      'value',
      { ...history, changes: history.changes.map((one) => (one === last ? { ...one, row: { id: one.key } } : one)) },
    ],
    [
      'a row of the snapshot that is missing',
      'snapshot',
      without(({ op, table, key }) => op === 'read' && table === 'item' && key === '3'),
    ],
    [
      'a transaction of the snapshot that comes again',
      'doubled',
      ((): History => {
        const [early] = history.committed
        const changes = (early?.writes ?? []).map(
          ({ op, table, key, set }, ordinal): StoredChange => ({ position: 'e:00000060x', ordinal, op, table, key, row: set }),
        )
        const all = [...history.changes, ...changes].sort((a, b) =>
          a.position < b.position ? -1 : a.position > b.position ? 1 : a.ordinal - b.ordinal,
        )
        return { ...history, changes: all }
      })(),
    ],
    ['a row that the database has not', 'final', { ...history, final: new Map([...history.final].slice(1)) }],
    ['an event that is missing', 'event', { ...history, events: history.events.filter((one) => one !== event) }],
    ['an event that comes twice', 'event', { ...history, events: [...history.events, { ...event, id: 'another' }] }],
    ['an event of nothing', 'event', { ...history, events: [...history.events, { ...event, id: 'another', key: 'w1-x' }] }],
    [
      'an event at another place',
      'event',
      { ...history, events: history.events.map((one) => (one === event ? { ...one, position: victim.position } : one)) },
    ],
    ['a confirmed commit that the database forgot', 'workload', { ...history, confirmed: [...history.confirmed, 'w1-x'] }],
  ]
  test.each(cases)('%s: %s', (_, kind, broken) => {
    expect(kindsOf(broken)).toContain(kind)
  })
})
