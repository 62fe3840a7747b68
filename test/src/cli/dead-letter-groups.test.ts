import { expect, test } from 'vitest'
import { deadLetterGroups } from '../../../src/cli/dead-letter-groups.ts'
import type { DeadLetter } from '../../../src/model/dead-letter.ts'
import { epochMs, position, sourceName } from '../../../src/model/ids.ts'

const source = sourceName('oms')
const letter = (at: number, more: Partial<DeadLetter>): DeadLetter => {
  const place = position(`e:${String(at).padStart(6, '0')}`)
  return {
    id: `letter ${at}`,
    source,
    position: place,
    stage: 'translate',
    part: 'order.placed',
    reason: 'no total',
    at: epochMs(at),
    ...more,
  }
}

const storeOf = (letters: readonly DeadLetter[]): Parameters<typeof deadLetterGroups>[0] => ({
  deadLettersBehind: async (_, after, limit) => {
    const from = after === null ? 0 : letters.findIndex(({ id }) => id === after.id) + 1
    return letters.slice(from, from + limit)
  },
})

test('letters are counted by stage, part and reason, over all pages; those of one partition are one part', async () => {
  const places = [3_001, 3_002].map((at) => letter(at, { stage: 'capture', part: `shop.ord[2] at offset ${at}`, reason: 'no JSON' }))
  const counted = await deadLetterGroups(storeOf([...Array.from({ length: 2_500 }, (_, at) => letter(at, {})), ...places]), source)
  expect(counted).toEqual({
    count: 2_502,
    others: 0,
    groups: [
      { stage: 'translate', part: 'order.placed', reason: 'no total', count: 2_500, first: 'e:000000', last: 'e:002499' },
      { stage: 'capture', part: 'shop.ord[2]', reason: 'no JSON', count: 2, first: 'e:003001', last: 'e:003002' },
    ],
  })
})

test('where every letter has a reason of its own memory stays bounded, and all are counted', async () => {
  const counted = await deadLetterGroups(storeOf(Array.from({ length: 1_200 }, (_, at) => letter(at, { reason: `no ${at}` }))), source)
  expect([counted.count, counted.groups.length, counted.others]).toEqual([1_200, 1_000, 200])
})
