import { Buffer } from 'node:buffer'
import kafkajs from 'kafkajs'
import type { PartitionAssigner } from 'kafkajs'
import { expect, test } from 'vitest'
import type { Candidacy } from '../../../adapters/kafka/one-reader.ts'
import { oneReader, readerOf } from '../../../adapters/kafka/one-reader.ts'

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol
const config = {} as Parameters<PartitionAssigner>[0]

const named = (memberId: string, waitsSinceMs: number, readsSinceMs: number | null = null): Candidacy & { readonly memberId: string } => ({
  memberId,
  waitsSinceMs,
  readsSinceMs,
})

test('whoever reads goes on; then the one that has waited longest; of two that say they read, the later one', () => {
  expect(readerOf([])).toBeNull()
  expect(readerOf([named('a', 5), named('b', 3)])).toBe('b')
  expect(readerOf([named('b', 3), named('a', 3)])).toBe('a')
  expect(readerOf([named('a', 1), named('b', 9, 10), named('c', 2)])).toBe('b')
  expect(readerOf([named('a', 1, 10), named('b', 9, 20)])).toBe('b')
})

test('one member gets a partition, by a topic that it knows; one that says what nobody understands waits behind all others', async () => {
  const assigner = oneReader('mine', () => ({ readsSinceMs: null, waitsSinceMs: 7 }))(config)
  const { name, metadata } = assigner.protocol({ topics: ['mine'] })
  expect(name).toBe('banyan-one-reader')
  const other = MemberMetadata.encode({ version: 1, topics: ['theirs'], userData: Buffer.from('{"readsSinceMs":5,"waitsSinceMs":1}') })
  const strange = MemberMetadata.encode({ version: 9, topics: ['theirs'], userData: Buffer.from('?') })
  const dealt = async (...members: readonly (readonly [string, Buffer])[]): Promise<unknown> =>
    (await assigner.assign({ members: members.map(([memberId, memberMetadata]) => ({ memberId, memberMetadata })), topics: ['mine'] })).map(
      ({ memberId, memberAssignment }) => [memberId, MemberAssignment.decode(memberAssignment)?.assignment],
    )
  expect(await dealt(['me', metadata], ['you', other])).toEqual([
    ['me', {}],
    ['you', { theirs: [0] }],
  ])
  expect(await dealt(['you', strange], ['me', metadata])).toEqual([
    ['you', {}],
    ['me', { mine: [0] }],
  ])
})
