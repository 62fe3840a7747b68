/** Messages of `pgoutput` as the server writes them, for tests of what reads them. */

const name = (text: string): Buffer => Buffer.from(`${text}\0`)
const uint = (value: number, bytes: 1 | 2 | 4): Buffer => {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUIntBE(value, 0, bytes)
  return buffer
}
const lsn = (value: bigint): Buffer => {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64BE(value)
  return buffer
}

/** A value of a tuple: text, null, or unchanged and so not sent. */
export type WireValue = string | null | undefined

const tuple = (values: readonly WireValue[]): Buffer =>
  Buffer.concat([
    uint(values.length, 2),
    ...values.map((value) => {
      if (value === null) return Buffer.from('n')
      if (value === undefined) return Buffer.from('u')
      const bytes = Buffer.from(value)
      return Buffer.concat([Buffer.from('t'), uint(bytes.length, 4), bytes])
    }),
  ])

export const begin = (commitLsn: bigint, xid: number): Buffer =>
  Buffer.concat([Buffer.from('B'), lsn(commitLsn), lsn(800_000_000_000_000n), uint(xid, 4)])

export const commit = (commitLsn: bigint): Buffer =>
  Buffer.concat([Buffer.from('C'), uint(0, 1), lsn(commitLsn), lsn(commitLsn + 8n), lsn(800_000_000_000_000n)])

export interface WireColumn {
  readonly name: string
  readonly typeOid: number
  readonly key?: true
}

export const relation = (oid: number, table: string, columns: readonly WireColumn[]): Buffer =>
  Buffer.concat([
    Buffer.from('R'),
    uint(oid, 4),
    name('public'),
    name(table),
    Buffer.from('d'),
    uint(columns.length, 2),
    ...columns.map((column) =>
      Buffer.concat([uint(column.key === true ? 1 : 0, 1), name(column.name), uint(column.typeOid, 4), Buffer.from([255, 255, 255, 255])]),
    ),
  ])

export const insert = (oid: number, values: readonly WireValue[]): Buffer =>
  Buffer.concat([Buffer.from('I'), uint(oid, 4), Buffer.from('N'), tuple(values)])

export const update = (
  oid: number,
  values: readonly WireValue[],
  old?: { readonly kind: 'K' | 'O'; readonly values: readonly WireValue[] },
): Buffer =>
  Buffer.concat([
    Buffer.from('U'),
    uint(oid, 4),
    ...(old === undefined ? [] : [Buffer.from(old.kind), tuple(old.values)]),
    Buffer.from('N'),
    tuple(values),
  ])

export const remove = (oid: number, kind: 'K' | 'O', values: readonly WireValue[]): Buffer =>
  Buffer.concat([Buffer.from('D'), uint(oid, 4), Buffer.from(kind), tuple(values)])

export const truncate = (...oids: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from('T'), uint(oids.length, 4), uint(0, 1), ...oids.map((oid) => uint(oid, 4))])
