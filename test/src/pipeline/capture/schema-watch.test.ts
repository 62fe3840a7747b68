import { expect, test } from 'vitest'
import type { ChangeEvent, LegacyTransaction, SourceItem } from '../../../../src/model/change-event.ts'
import { sourceName, tableName } from '../../../../src/model/ids.ts'
import type { TableDescription, TableShape, TableVersion, ValueKind } from '../../../../src/model/table-shape.ts'
import { createSchemaWatch, pausedError } from '../../../../src/pipeline/capture/schema-watch.ts'
import type { SchemaWatch } from '../../../../src/pipeline/capture/schema-watch.ts'
import { judgeChanges } from '../../../../src/schema/judge.ts'
import type { SchemaPolicy } from '../../../../src/schema/policy.ts'
import { transaction } from '../../../rules/legacy-transaction.ts'

const orders = tableName('ord')

const shape = (...columns: readonly string[]): TableShape => ({
  table: orders,
  columns: columns.map((column) => {
    const [name = '', type = 'text', holds = 'text'] = column.split(' ')
    return { name, type, holds: holds as ValueKind }
  }),
  key: ['id'],
})

/** A transaction at place `at`, with a row, and what it says of tables. */
const told = (at: number, described: readonly TableDescription[], qty: ChangeEvent['after'] = { id: 1 }): LegacyTransaction => ({
  ...transaction([{ op: 'create', table: 'ord', key: [at], after: qty ?? {} }], { at }),
  described,
})

interface Watched {
  readonly watch: SchemaWatch
  readonly notices: readonly string[]
}

const watched = (versions: readonly TableVersion[], policy: SchemaPolicy = {}, isUsed = true): Watched => {
  const notices: string[] = []
  const judge = (table: typeof orders, changes: Parameters<typeof judgeChanges>[1]) =>
    judgeChanges(table, changes, { policy, uses: () => (isUsed ? ['rule order.placed'] : []) })
  return { watch: createSchemaWatch({ source: sourceName('oms'), versions, judge, onNotice: (text) => notices.push(text) }), notices }
}
const positions = (items: readonly SourceItem[]): readonly string[] => items.map((item) => ('header' in item ? item.header.id : 'progress'))

const first = { shape: shape('id', 'sts') }

test('how a table was first is noted; what is the same, of this run or another, says nothing', () => {
  const { watch, notices } = watched([])
  const looked = watch.look([told(1, [first]), told(2, [first]), told(3, [{ shape: shape('id', 'sts') }])])
  expect(looked.versions).toMatchObject([{ table: 'ord', decision: 'first', changes: [], shape: first.shape }])
  expect(looked.items).toHaveLength(3)
  const again = watched(looked.versions)
  expect(again.watch.look([told(4, [{ shape: shape('id', 'sts') }])]).versions).toEqual([])
  expect([...notices, ...again.notices]).toEqual([])
})

test('a column that comes is told and noted with its place, and capture goes on', () => {
  const { watch, notices } = watched([])
  const added = { shape: shape('id', 'sts', 'chnl') }
  const { versions, paused, items } = watch.look([told(1, [first]), told(2, [added]), told(3, [added])])
  expect(versions.map(({ position, decision }) => [position.slice(-1), decision])).toEqual([
    ['1', 'first'],
    ['2', 'told'],
  ])
  expect(paused).toBeNull()
  expect(items).toHaveLength(3)
  expect(notices).toEqual(["the legacy's schema changed: column ord.chnl (text) was added: capture goes on"])
})

test('what a rule looks at waits: all before it passes, in this run and in each later one, until it is accepted', () => {
  const { watch } = watched([])
  const dropped = told(2, [{ shape: shape('id') }])
  const { items, versions, paused } = watch.look([told(1, [first]), dropped, told(3, [])])
  expect(positions(items)).toEqual(['1'])
  expect(paused).toMatchObject({ decision: 'paused', usedBy: ['rule order.placed'], changes: [{ kind: 'dropped', column: 'sts' }] })
  if (paused === null) return
  expect(pausedError(paused)).toMatchObject({
    code: 'source-schema-changed',
    message: expect.stringContaining('column ord.sts was dropped; used by rule order.placed'),
    hint: expect.stringContaining(`accepted: ['${paused.fingerprint}']`),
    where: expect.stringContaining(paused.position),
  })
  // What is in the store of the pause is no version that rows were read under.
  const stored = [...versions, paused]
  expect(watched(stored).watch.look([dropped]).paused?.fingerprint).toBe(paused.fingerprint)
  expect(watched(stored, { accepted: ['ord:000000000000'] }).watch.look([dropped]).items).toEqual([])
  const accepted = watched(stored, { accepted: [paused.fingerprint] }).watch.look([dropped, told(3, [])])
  expect(accepted).toMatchObject({ paused: null, versions: [{ decision: 'accepted' }] })
  expect(accepted.items).toHaveLength(2)
  expect(watched(stored, {}, false).watch.look([dropped]).versions).toMatchObject([{ decision: 'told', usedBy: [] }])
})

test('a change back and forth in one transaction is two versions', () => {
  const { watch } = watched([], { dropped: 'ignore' })
  const { versions } = watch.look([told(1, [first]), told(2, [{ shape: shape('id') }, { shape: shape('id', 'sts') }])])
  expect(versions.map(({ changes }) => changes.map(({ kind }) => kind))).toEqual([[], ['dropped'], ['added']])
})

test('a table that is gone may come again as another', () => {
  const { watch } = watched([], { gone: 'ignore' })
  const fate = { kind: 'gone', table: orders, how: 'dropped' } as const
  const { versions } = watch.look([told(1, [first]), told(2, [{ shape: null, fate }]), told(3, [{ shape: shape('no', 'x') }])])
  expect(versions.map((version) => [version.decision, version.shape?.columns.map(({ name }) => name) ?? null])).toEqual([
    ['first', ['id', 'sts']],
    ['told', null],
    ['first', ['no', 'x']],
  ])
})

test('values keep the kind that they had, also after a restart, until the column goes; what cannot be exact ends the run', () => {
  const small = { shape: shape('id', 'qty integer number') }
  const big = { shape: shape('id', 'qty bigint bigint') }
  const policy: SchemaPolicy = { retyped: 'retype', dropped: 'ignore' }
  const { watch, notices } = watched([], policy)
  const rowsOf = (items: readonly SourceItem[]): readonly unknown[] =>
    items.flatMap((item) => (item.kind === 'transaction' ? [...item.changes()].map(({ after }) => after?.['qty']) : []))
  const looked = watch.look([told(1, [small], { id: 1, qty: 1 }), told(2, [big], { id: 2, qty: 2n }), told(3, [big], { id: 3, qty: null })])
  expect(rowsOf(looked.items)).toEqual([1, 2, null])
  expect(looked.versions.at(-1)).toMatchObject({ decision: 'retyped' })
  expect(notices[0]).toContain('column ord.qty became bigint (it was integer)')
  const later = watched(looked.versions, policy).watch
  expect(rowsOf(later.look([told(4, [big], { id: 4, qty: 4n })]).items)).toEqual([4])
  const beyond = later.look([told(5, [big], { id: 5, qty: 2n ** 60n })])
  expect(() => rowsOf(beyond.items)).toThrow('a value of ord.qty is no number')
  const gone = later.look([told(6, [{ shape: shape('id') }], { id: 6 }), told(7, [big], { id: 7, qty: 7n })])
  expect(rowsOf(gone.items)).toEqual([undefined, 7n])
})
