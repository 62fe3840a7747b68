import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { SealedLog } from '../../../adapters/log/sealed-log.ts'
import { heldMemory, recordHead, transactionLog } from '../../../adapters/log/transaction-log.ts'

const spoolFolder = mkdtempSync(join(tmpdir(), 'banyan-log-'))
afterAll(() => rmSync(spoolFolder, { recursive: true, force: true }))

const numbers = (log: SealedLog): readonly number[] => {
  const found: number[] = []
  for (const block of log.blocks()) {
    for (let at = 0; at < block.length; at += recordHead + block.readUInt32BE(at)) found.push(block.readUInt32BE(at + recordHead))
  }
  return found
}

const record = (number: number, padBytes: number): Buffer => {
  const bytes = Buffer.alloc(4 + padBytes)
  bytes.writeUInt32BE(number)
  return bytes
}

/** Appends so many records, or cuts back to what a share of them had come to, or rests. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ append: fc.integer({ min: 1, max: 40 }), padBytes: fc.constantFrom(0, 100, 20_000, 400_000) }) },
  { weight: 2, arbitrary: fc.record({ keep: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.constant('rest' as const) },
)

test.each([0, 300_000, 1 << 30])('what is left after any cuts is what was appended before them (threshold %i)', (thresholdBytes) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const held = heldMemory()
      const log = transactionLog({ spoolFolder, thresholdBytes, held })
      let expected: { readonly number: number; readonly at: number }[] = []
      let next = 0
      for (const each of steps) {
        if (each === 'rest') log.rest()
        else if ('keep' in each) {
          const first = Math.floor(each.keep * expected.length)
          log.cut(expected[first]?.at ?? log.lengthBytes())
          expected = expected.slice(0, first)
        } else {
          for (let left = Math.min(each.append, 2_000_000 / (each.padBytes + 1)); left > 0; left -= 1) {
            expected.push({ number: next, at: log.lengthBytes() })
            log.append(1, 0, record(next, each.padBytes), 0)
            next += 1
          }
        }
      }
      const sealed = log.seal()
      const first = numbers(sealed)
      expect(first).toEqual(expected.map(({ number }) => number))
      expect(numbers(sealed)).toEqual(first)
      expect(held.bytes).toBe(0)
      sealed.release()
    }),
    { numRuns: 40 },
  )
})
