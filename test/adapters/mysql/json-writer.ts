import fc from 'fast-check'

/** A JSON document as MySQL keeps it: numbers have a kind, and some values are of none of JSON's own kinds. */
export type Node =
  | { readonly kind: 'literal'; readonly value: null | boolean }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: Node])[] }

const word = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 5 }), fc.constantFrom('x'.repeat(200), 'é'.repeat(9_000)))

const { node } = fc.letrec<{ node: Node; leaf: Node }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom(null, true, false).map((value): Node => ({ kind: 'literal', value })),
    fc
      .oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), fc.integer({ min: -40_000, max: 70_000 }).map(BigInt))
      .map((value): Node => ({ kind: 'integer', value })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value): Node => ({ kind: 'double', value })),
    word.map((value): Node => ({ kind: 'string', value })),
  ),
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { arbitrary: tie('leaf'), weight: 3 },
    { arbitrary: fc.array(tie('node'), { maxLength: 4 }).map((items): Node => ({ kind: 'array', items })), weight: 1 },
    {
      arbitrary: fc
        .uniqueArray(fc.tuple(word, tie('node')), { maxLength: 4, selector: ([name]) => name })
        .map((members): Node => ({ kind: 'object', members })),
      weight: 1,
    },
  ),
}))

export const documents: fc.Arbitrary<Node> = node

const little = (value: number | bigint, size: number): Buffer => {
  const bytes = Buffer.alloc(size)
  let rest = BigInt.asUintN(size * 8, BigInt(value))
  for (let at = 0; at < size; at += 1, rest >>= 8n) bytes[at] = Number(rest & 0xffn)
  return bytes
}

interface Written {
  readonly type: number
  readonly bytes: Buffer
}

const lengthOf = (length: number): Buffer => {
  const bytes: number[] = []
  let rest = length
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return Buffer.from([...bytes, rest])
}

const written = (given: Node): Written => {
  switch (given.kind) {
    case 'literal':
      return { type: 4, bytes: Buffer.from([given.value === null ? 0 : given.value ? 1 : 2]) }
    case 'integer':
      return integer(given.value)
    case 'double': {
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleLE(given.value)
      return { type: 11, bytes }
    }
    case 'string': {
      const bytes = Buffer.from(given.value)
      return { type: 12, bytes: Buffer.concat([lengthOf(bytes.length), bytes]) }
    }
    case 'array':
      return container(null, given.items)
    case 'object': {
      const names = given.members.map(([name]) => Buffer.from(name))
      const order = names.map((_, at) => at).sort((a, b) => lengthThenBytes(names[a], names[b]))
      return container(
        order.map((at) => names[at] ?? Buffer.alloc(0)),
        order.map((at) => given.members[at]?.[1] ?? { kind: 'literal', value: null }),
      )
    }
    default:
      return given satisfies never
  }
}

const lengthThenBytes = (a = Buffer.alloc(0), b = Buffer.alloc(0)): number => a.length - b.length || a.compare(b)

const integer = (value: bigint): Written => {
  if (value >= -(2n ** 15n) && value < 2n ** 15n) return { type: 5, bytes: little(value, 2) }
  if (value >= 0n && value < 2n ** 16n) return { type: 6, bytes: little(value, 2) }
  if (value >= -(2n ** 31n) && value < 2n ** 31n) return { type: 7, bytes: little(value, 4) }
  if (value >= 0n && value < 2n ** 32n) return { type: 8, bytes: little(value, 4) }
  return value < 2n ** 63n ? { type: 9, bytes: little(value, 8) } : { type: 10, bytes: little(value, 8) }
}

/** Where everything is told in two bytes; in four, where that is not enough. */
const container = (names: readonly Buffer[] | null, items: readonly Node[]): Written =>
  sized(names, items, 2) ?? sized(names, items, 4) ?? { type: 4, bytes: Buffer.from([0]) }

const sized = (names: readonly Buffer[] | null, items: readonly Node[], size: 2 | 4): Written | null => {
  const values = items.map(written)
  const head = 2 * size + (names === null ? 0 : names.length * (size + 2)) + values.length * (size + 1)
  let at = head
  const keys = (names ?? []).map((name) => {
    const entry = Buffer.concat([little(at, size), little(name.length, 2)])
    at += name.length
    return entry
  })
  const entries = values.map(({ type, bytes }) => {
    const inlined = [4, 5, 6].includes(type) || (size === 4 && [7, 8].includes(type))
    const entry = Buffer.concat([
      Buffer.from([type]),
      inlined ? Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]) : little(at, size),
    ])
    if (!inlined) at += bytes.length
    return { entry, bytes: inlined ? Buffer.alloc(0) : bytes }
  })
  if (size === 2 && at > 0xffff) return null
  const type = (names === null ? 2 : 0) + (size === 4 ? 1 : 0)
  const parts = [little(items.length, size), little(at, size), ...keys, ...entries.map(({ entry }) => entry), ...(names ?? [])]
  return { type, bytes: Buffer.concat([...parts, ...entries.map(({ bytes }) => bytes)]) }
}

/** The document's bytes as they lie in a row image, without their length. */
export const jsonBytes = (document: Node): Buffer => {
  const { type, bytes } = written(document)
  return Buffer.concat([Buffer.from([type]), bytes])
}
