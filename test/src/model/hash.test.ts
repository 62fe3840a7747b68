import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deadLetterId, decisionId, eventId, hashText, milestoneId } from '../../../src/model/hash.ts'
import { contextName, position, sourceName } from '../../../src/model/ids.ts'

const idOf = (source: string, at: string, rule: string, key: string, ordinal: number): string =>
  eventId(sourceName(source), position(at), rule, key, ordinal)

it('is 128 bits in hex, and the same on every machine', () => {
  expect(hashText('banyan')).toBe('1a0b34673fb26f9fe3ccba88b704cdbe')
  expect(idOf('oms', '0:1', 'order.placed', '4711', 0)).toMatch(/^[0-9a-f]{32}$/)
})

it('does not let text move from one part to the next', () => {
  expect(idOf('oms', '0:1', 'a', 'bc', 0)).not.toBe(idOf('oms', '0:1', 'ab', 'c', 0))
  expect(idOf('oms', '0:1', 'a', '1', 11)).not.toBe(idOf('oms', '0:1', 'a', '11', 1))
  const part = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('1:', ':', '2:a', '1:1:'))
  fc.assert(
    fc.property(fc.tuple(part, part, part, part, fc.nat(12)), fc.tuple(part, part, part, part, fc.nat(12)), (a, b) => {
      expect(idOf(...a) === idOf(...b)).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
  )
})

it('keeps kinds of ids apart', () => {
  const source = sourceName('oms')
  const ids = [
    milestoneId(source, 'order', '4711', 'order.confirmed'),
    milestoneId(source, 'order', '4711', 'order.confirmed-overdue'),
    milestoneId(source, 'order', '4712', 'order.confirmed'),
    deadLetterId(source, position('0:1'), 'translate', 'order.placed'),
    deadLetterId(source, position('0:1'), 'pair', 'order.placed'),
    eventId(source, position('0:1'), 'order.placed', '4711', 0),
    decisionId(contextName('promise'), eventId(source, position('0:1'), 'order.placed', '4711', 0)),
  ]
  expect(new Set(ids).size).toBe(ids.length)
})
