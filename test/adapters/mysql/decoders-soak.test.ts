import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventReader } from '../../../adapters/mysql/binlog-event.ts'
import { BanyanError } from '../../../src/model/errors.ts'
import type { GoldenFlavour } from './golden-log.ts'
import { decodeEvents, goldenEvents } from './golden-log.ts'

const flavours: readonly GoldenFlavour[] = ['mariadb', 'mysql']

/** A million in `npm run soak`. */
const runs = process.env['BANYAN_SOAK'] === undefined ? 1_000 : 500_000

test.each(flavours)('a recorded log of %s is read to the last value', (flavour) => {
  const changes = decodeEvents(flavour, goldenEvents(flavour))
  expect(changes.map(({ op, key, transaction }) => `${op} ${key} of ${transaction.count}`)).toEqual([
    'create [{"$i":"1"}] of 1',
    'create [{"$i":"2"}] of 2',
    'create [{"$i":"3"}] of 2',
    'update [{"$i":"1"}] of 4',
    'delete [{"$i":"2"}] of 4',
    'create [{"$i":"9"}] of 4',
    'delete [{"$i":"3"}] of 4',
    'truncate null of 1',
    'create [{"$i":"4"}] of 1',
  ])
  expect(changes[0]?.after).toEqual({
    id: 1n,
    a: -5,
    d: '-12345.67800',
    f: 1.5,
    v: 'héllo',
    c: 'ab',
    e: 'y',
    s: 'p,q',
    b: 5n,
    t: expect.stringMatching(/^2026-01-0[12]T\d\d:\d\d:05\.678000Z$/),
    dt: '2026-01-02T03:04:05.678901',
    ti: '-12:34:56.78',
    y: 2026,
    da: '2026-01-02',
    bl: new Uint8Array([0, 255]),
    g: new Uint8Array(Buffer.from('00000000' + '0101000000' + '000000000000f03f' + '0000000000000040', 'hex')),
    tx: 'é',
    j: '{"a": [1, 2.5, null, "x", {"b": true}], "n": 12345678901}',
  })
  expect(changes[1]?.after).toMatchObject({ id: 2n, a: null, g: null, j: null })
})

/** What is done to a log: one event is cut, or has some of its bytes changed, or is left out, or comes twice. */
interface Damage {
  readonly at: number
  readonly kind: 'cut' | 'bytes' | 'missing' | 'twice'
  readonly changes: readonly (readonly [number, number])[]
}

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('cut' as const, 'bytes' as const, 'missing' as const, 'twice' as const),
  changes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
})

const damaged = (events: readonly Buffer[], { at, kind, changes }: Damage): readonly Buffer[] => {
  const place = at % events.length
  const event = Buffer.from(events[place] ?? Buffer.alloc(0))
  const others = (...middle: readonly Buffer[]): readonly Buffer[] => [...events.slice(0, place), ...middle, ...events.slice(place + 1)]
  if (kind === 'missing') return others()
  if (kind === 'twice') return others(event, event)
  if (kind === 'cut') return others(withLength(event.subarray(0, 19 + ((changes[0]?.[0] ?? 0) % Math.max(1, event.length - 19)))))
  for (const [offset, byte] of changes) event[19 + (offset % Math.max(1, event.length - 19))] = byte
  return others(event)
}

/** The head tells the length: a wrong one would be found at once, and nothing behind it be tried. */
const withLength = (event: Buffer): Buffer => {
  const copy = Buffer.from(event)
  copy.writeUInt32LE(copy.length, 9)
  return copy
}

test.each(flavours)(
  'a damaged log of %s ends in an error of ours or is read: never another error, never for long',
  (flavour) => {
    const events = goldenEvents(flavour)
    fc.assert(
      fc.property(damage, (how) => {
        const startedMs = performance.now()
        try {
          decodeEvents(flavour, damaged(events, how))
        } catch (error) {
          if (!(error instanceof BanyanError) || error.code !== 'source-undecodable') throw error
        }
        return performance.now() - startedMs < 2_000
      }),
      { numRuns: runs },
    )
  },
  3_600_000,
)

test('an event whose checksum does not fit is refused', () => {
  const [event = Buffer.alloc(0)] = goldenEvents('mysql')
  const checked = withLength(Buffer.concat([event, Buffer.alloc(4)]))
  expect(() => eventReader(true).read(checked)).toThrow(expect.objectContaining({ code: 'source-undecodable' }))
  expect(eventReader(false).read(event).body).toHaveLength(event.length - 19)
})
