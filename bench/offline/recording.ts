import { closeSync, openSync, writeSync } from 'node:fs'
import { encode } from '../../src/model/canonical.ts'
import type { Data } from '../../src/model/value.ts'

/** Instants are epoch ms; a decision comes every 700 ms, about a week for a million. */
export const begin = Date.UTC(2026, 2, 1)
const everyMs = 700
const skus = 2_000
const channels = ['WEB', 'PRT', 'STO', 'TEL'] as const

const position = (index: number): string => `bench1:${String(index).padStart(12, '0')}`

const table = (name: string, columns: readonly string[]): Data => ({
  name,
  columns: columns.map((column, at) => ({ name: column, type: 'text', nullable: false, keyOrder: at === 0 ? 1 : null })),
})

/** The first column is the key. */
const header = encode({
  banyan: 'fixture',
  version: 1,
  source: 'bench',
  tables: [
    table('ord', ['ord_no', 'sku', 'qty', 'channel', 'price']),
    table('stock', ['sku', 'free']),
    table('answer', ['ord_no', 'qty']),
    table('item', ['sku', 'pack', 'cls']),
  ],
})

/** A sequence in [0, 1) that is the same each time (mulberry32). */
const numbers = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Lines {
  readonly line: (text: string) => void
  readonly close: () => void
}

const linesTo = (file: string): Lines => {
  const handle = openSync(file, 'w')
  let buffered = ''
  const flush = (): void => {
    writeSync(handle, buffered)
    buffered = ''
  }
  return {
    line: (text) => {
      buffered += `${text}\n`
      if (buffered.length > 1 << 20) flush()
    },
    close: () => {
      flush()
      closeSync(handle)
    },
  }
}

/**
 * A legacy that promises stock: each order is one transaction of three changes (the order, its answer, the stock it takes). It caps orders of
 * channel PRT at five, which nobody documented; one order in fifty meets a feed that lags, so that about one decision in ten diverges.
 */
export const writeRecording = (files: { readonly transactions: string; readonly deliveries: string }, decisions: number): void => {
  const [transactions, deliveries] = [linesTo(files.transactions), linesTo(files.deliveries)]
  const random = numbers(7)
  const free = Array.from({ length: skus }, () => 40)
  const transaction = (index: number, at: number, changes: readonly Readonly<Record<string, Data>>[], snapshot = false): void => {
    const told = {
      position: position(index),
      id: String(index),
      beganAt: null,
      committedAt: at,
      capturedAt: at + 80,
      count: changes.length,
      snapshot,
      token: `t${index}`,
    }
    transactions.line(encode({ transaction: told }))
    for (const [ordinal, change] of changes.entries()) transactions.line(encode({ ordinal, ...change }))
  }
  transactions.line(header)
  deliveries.line(encode({ banyan: 'deliveries', version: 1, source: 'bench' }))
  const rows = free.flatMap((count, sku) => [
    { op: 'read', table: 'stock', key: encode([`S${sku}`]), after: { sku: `S${sku}`, free: count } },
    {
      op: 'read',
      table: 'item',
      key: encode([`S${sku}`]),
      after: { sku: `S${sku}`, pack: 1 + (sku % 4), cls: sku % 3 === 0 ? 'EL' : 'AP' },
    },
  ])
  transaction(0, begin, rows, true)
  for (let index = 1; index <= decisions; index++) {
    const at = begin + index * everyMs
    const sku = Math.floor(random() * random() * skus)
    const qty = 1 + Math.floor(random() * 9)
    const channel = channels[Math.floor(random() * channels.length)] ?? 'WEB'
    const [ordNo, name] = [`O${index}`, `S${sku}`]
    const promised = Math.min(channel === 'PRT' ? Math.min(qty, 5) : qty, free[sku] ?? 0)
    free[sku] = (free[sku] ?? 0) - promised
    if ((free[sku] ?? 0) < 8) free[sku] = 40
    transaction(index, at, [
      {
        op: 'create',
        table: 'ord',
        key: encode([ordNo]),
        after: { ord_no: ordNo, sku: name, qty, channel, price: `${(random() * 90).toFixed(2)}` },
      },
      { op: 'create', table: 'answer', key: encode([ordNo]), after: { ord_no: ordNo, qty: promised } },
      { op: 'update', table: 'stock', key: encode([name]), after: { sku: name, free: free[sku] ?? 0 } },
    ])
    const isLate = index % 50 === 0
    if (!isLate) deliveries.line(encode({ frontier: { projection: 'stock', position: position(index), at: at + 90 } }))
    deliveries.line(encode({ decided: { context: 'promise', key: ordNo, at: at + 100 } }))
  }
  transactions.close()
  deliveries.close()
}
