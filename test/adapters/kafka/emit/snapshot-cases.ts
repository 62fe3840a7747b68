import pg from 'pg'
import { expect, test } from 'vitest'
import { emitDebezium } from '../../../../adapters/kafka/emit/emit-debezium.ts'
import { postgres } from '../../../../adapters/postgres/change-source.ts'
import { dropSlot, freshDatabase } from '../../../support/fresh-database.ts'
import type { TopicRecord } from '../../../support/read-topics.ts'
import { readTopics } from '../../../support/read-topics.ts'

const rows = 4_000

interface Cut {
  readonly records: readonly TopicRecord[]
  readonly notices: readonly string[]
}

/** An emission that ends in the middle of its snapshot; then rows change, and the next one runs to its end. */
const cutSnapshot = async (broker: string, name: string, ddl: string): Promise<Cut> => {
  const database = await freshDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(`CREATE TABLE ${name} (id int${ddl}, note text); ALTER TABLE ${name} REPLICA IDENTITY FULL`)
  await client.query(`INSERT INTO ${name} SELECT n, repeat('x', 50) FROM generate_series(1, ${rows}) n`)
  const notices: string[] = []
  const emit = async (most: number, until?: 'current'): Promise<number> => {
    const stop = new AbortController()
    await using source = postgres({
      name,
      url: database.url,
      tables: [name],
      slot: `${name}_${process.pid}`,
      publication: name,
      createPublication: true,
      snapshotChunkBytes: 8 << 10,
    })
    const { changes } = await emitDebezium({
      source,
      kafka: { brokers: [broker], bufferBytes: 64 << 10, batchBytes: 8 << 10 },
      connector: { 'topic.prefix': name },
      commitEveryMs: 1,
      signal: stop.signal,
      onProgress: (told) => (told.changes >= most ? stop.abort() : undefined),
      onNotice: (text) => notices.push(text),
      ...(until === undefined ? {} : { until }),
    })
    return changes
  }
  try {
    const before = await emit(1)
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(rows)
    await client.query(`DELETE FROM ${name} WHERE id = 1; UPDATE ${name} SET note = 'new' WHERE id = 2`)
    await emit(Number.POSITIVE_INFINITY, 'current')
    return { records: await readTopics(broker, [`${name}.public.${name}`]), notices }
  } finally {
    await client.end()
    await dropSlot(database.url, `${name}_${process.pid}`)
    await database.drop()
  }
}

const idsOf = (records: readonly TopicRecord[], op: string): readonly number[] =>
  records.flatMap(({ value }) => {
    const { op: own, after } = JSON.parse(value ?? '{}') as { readonly op?: string; readonly after?: { readonly id: number } }
    return own === op && after !== undefined ? [after.id] : []
  })

/** A snapshot that is left in the middle. */
export const snapshotCases = (broker: string): void => {
  test('a snapshot that was left in the middle goes on, and no row is written twice that nobody touched', { timeout: 60_000 }, async () => {
    const { records, notices } = await cutSnapshot(broker, 'resumed', ' PRIMARY KEY')
    expect(notices).toEqual([])
    const untouched = idsOf(records, 'r').filter((id) => id > 2)
    expect(untouched.toSorted((a, b) => a - b)).toEqual(Array.from({ length: rows - 2 }, (_, place) => place + 3))
    const last = new Map(records.map(({ key, value }) => [key, value]))
    expect(last.get('{"id":1}')).toBeNull()
    expect(last.get('{"id":2}')).toContain('"note":"new"')
  })

  test('one that cannot go on is written again from its beginning, and says so', { timeout: 60_000 }, async () => {
    const { records, notices } = await cutSnapshot(broker, 'keyless', '')
    expect(notices).toEqual([expect.stringContaining('its rows are written again')])
    const times = Map.groupBy(idsOf(records, 'r'), (id) => id)
    expect(times.get(3)).toHaveLength(2)
    expect(times.get(rows)).toHaveLength(1)
    expect(times.size).toBe(rows)
    expect(records.at(-1)?.value).toContain('"snapshot":"last"')
  })
}
