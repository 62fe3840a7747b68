import pg from 'pg'
import type { KafkaOptions } from '../../adapters/kafka/change-source.ts'
import { kafka } from '../../adapters/kafka/change-source.ts'
import type { SourceItem } from '../../src/model/change-event.ts'
import { BanyanError } from '../../src/model/errors.ts'
import type { ResumeToken } from '../../src/model/ids.ts'
import { decode } from '../../src/model/canonical.ts'
import { inSession, placeOf } from './group-store.ts'

/**
 * A member of a consumer group, to be killed: what it reads it keeps in a database that all members share, item by item, each together with
 * the place behind it, and only if nobody has gone on meanwhile. It tells on stdout when it stands by, and when it begins again.
 */
const [json = '{}', url = '', name = ''] = process.argv.slice(2)
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())

class Fenced extends Error {}

const textRow = (row: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, value === null ? null : String(value)]))

const keep = (client: pg.Client, item: SourceItem, expected: ResumeToken | null): Promise<void> =>
  inSession(client, async () => {
    const moved = await client.query('UPDATE place SET token = $1 WHERE token IS NOT DISTINCT FROM $2', [item.token, expected])
    if (moved.rowCount !== 1) throw new Fenced(name)
    if (item.kind !== 'transaction') return
    const { position, snapshot, count } = item.header
    await client.query('INSERT INTO commits (position, count, snapshot, reader) VALUES ($1, $2, $3, $4)', [position, count, snapshot, name])
    const changes = [...item.changes()].map(({ ordinal, op, table, key, after }) => ({
      ordinal,
      op,
      name: table,
      key: String((decode(key ?? '[]') as readonly unknown[])[0]),
      row: after === null ? null : textRow(after),
    }))
    await client.query(
      `INSERT INTO changes (position, ordinal, op, name, key, row)
       SELECT $1, ordinal, op, name, key, row FROM json_to_recordset($2) AS c (ordinal int, op text, name text, key text, row jsonb)`,
      [position, JSON.stringify(changes)],
    )
  })

await using source = kafka(JSON.parse(json) as KafkaOptions)
const client = new pg.Client({ connectionString: url })
await client.connect()
const onNotice = (text: string): void => console.log(text)
while (!stop.signal.aborted) {
  try {
    let from = await placeOf(client)
    for await (const item of source.read({ from, signal: stop.signal, onNotice })) {
      await keep(client, item, from)
      from = item.token
      source.acknowledge(from)
    }
  } catch (error) {
    if (error instanceof Fenced) console.log('fenced')
    else if (error instanceof BanyanError && error.retryable) console.log(error.code)
    else throw error
  }
}
await client.end()
