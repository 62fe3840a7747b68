import type fc from 'fast-check'
import type { Value } from '../../../src/model/value.ts'

/** A column as a server would put it into its log, written from the servers' own description of the format and not from our reader. */
export interface ColumnWriter {
  readonly label: string
  /** Number of the type on the wire, and the description that follows it. */
  readonly type: number
  readonly meta: readonly number[]
  readonly unsigned?: boolean
  readonly collation?: number
  readonly labels?: readonly string[]
  /** Name in the catalogue of a type that the log does not tell from bytes. */
  readonly declared?: string
  readonly values: fc.Arbitrary<Value>
  readonly write: (value: Value) => Buffer
  /** More than one text of bytes stands for one value. */
  readonly loose?: true
}

export const little = (value: number | bigint, size: number): Buffer => {
  const bytes = Buffer.alloc(size)
  let rest = BigInt.asUintN(size * 8, BigInt(value))
  for (let at = 0; at < size; at += 1, rest >>= 8n) bytes[at] = Number(rest & 0xffn)
  return bytes
}
export const big = (value: number | bigint, size: number): Buffer => little(value, size).reverse()
