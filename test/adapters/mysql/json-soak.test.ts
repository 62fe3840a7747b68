import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJson } from '../../../adapters/mysql/json-value.ts'
import { BanyanError } from '../../../src/model/errors.ts'
import type { Node } from './json-writer.ts'
import { documents, jsonBytes } from './json-writer.ts'

/** A quarter of a million in `npm run soak`. */
const runs = process.env['BANYAN_SOAK'] === undefined ? 500 : 250_000
const patienceMs = 3_600_000

/** Whole numbers as bigints, all others as numbers; null prototypes, because a name may be anything. */
type Parsed = null | boolean | bigint | number | string | readonly Parsed[] | Map<string, Parsed>

const parsed = (text: string): Parsed =>
  JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value === 'number') return /^-?\d+$/.test(context?.source ?? '') ? BigInt(context?.source ?? 0) : value
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : value
  }) as Parsed

const meant = (node: Node): Parsed => {
  if (node.kind === 'array') return node.items.map(meant)
  if (node.kind === 'object') return new Map(node.members.map(([name, value]) => [name, meant(value)]))
  return node.value
}

const orRefused = (bytes: Buffer): string | 'refused' => {
  try {
    return readJson(bytes, 0, bytes.length)
  } catch (error) {
    if (error instanceof RangeError || (error instanceof BanyanError && error.code === 'source-undecodable')) return 'refused'
    throw error
  }
}

/** `__proto__` of a parsed object is no member. */
const plain = documents.filter((node) => !JSON.stringify(node, (_, value) => (typeof value === 'bigint' ? 0 : value)).includes('__proto__'))

test(
  'every document that a server can write is read to the last digit',
  () => {
    fc.assert(
      fc.property(plain, (document) => {
        const bytes = jsonBytes(document)
        expect(parsed(readJson(bytes, 0, bytes.length))).toEqual(meant(document))
      }),
      { numRuns: Math.min(runs, 50_000) },
    )
  },
  patienceMs,
)

/** Of another maker; its package does not offer it. */
const other = async (): Promise<(bytes: Buffer) => unknown> => {
  const place = new URL('../../../node_modules/@vlasky/zongji/lib/json_decode.js', import.meta.url)
  return ((await import(place.href)) as { readonly default: (bytes: Buffer) => unknown }).default
}

const same = (ours: Parsed, theirs: unknown): boolean => {
  if (typeof ours === 'bigint')
    return typeof theirs === 'bigint' ? ours === theirs : Number.isInteger(theirs) && BigInt(theirs as number) === ours
  if (Array.isArray(ours)) return Array.isArray(theirs) && ours.length === theirs.length && ours.every((item, at) => same(item, theirs[at]))
  if (!(ours instanceof Map)) return ours === theirs
  const members = Object.entries(theirs ?? {})
  return members.length === ours.size && members.every(([name, value]) => same(ours.get(name) ?? null, value))
}

test(
  'a damaged document is refused, or read as another decoder reads it',
  async () => {
    const decode = await other()
    let compared = 0
    fc.assert(
      fc.property(
        plain,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }),
        (document, changes) => {
          const bytes = jsonBytes(document)
          // Values of the server's other types have a test of their own, and the other decoder reads them more freely.
          for (const [offset, byte] of changes) if (byte !== 15) bytes[offset % bytes.length] = byte
          const startedMs = performance.now()
          const text = orRefused(bytes)
          expect(performance.now() - startedMs).toBeLessThan(2_000)
          if (text === 'refused') return
          compared += 1
          const ours = parsed(text)
          if (!same(ours, decode(bytes))) expect.fail(`${bytes.toString('hex')} was read as ${text}`)
        },
      ),
      { numRuns: runs },
    )
    expect(compared).toBeGreaterThan(runs / 20)
  },
  patienceMs,
)
