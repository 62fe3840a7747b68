import pg from 'pg'
import { expect, test } from 'vitest'
import { encode } from '../../../src/model/canonical.ts'
import type { ChangeEvent, SourceItem } from '../../../src/model/change-event.ts'
import { isReadRows } from '../../../src/model/read-rows.ts'
import type { Value } from '../../../src/model/value.ts'
import { changesOf, endOf, readCurrent } from '../../../src/testing/change-source/harness.ts'
import type { PostgresHarness, PostgresHarnessOptions } from '../../support/postgres-harness.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'
import { typeColumns, typeDeclarations } from './type-rows.ts'

/** How a value of ours would be printed by the server, in UTC. */
const printed = (value: Value | undefined, type: string): string | null | undefined => {
  if (value === null || value === undefined) return value
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (Array.isArray(value)) return `{${value.map((item) => arrayItem(item, type)).join(type === 'box[]' ? ';' : ',')}}`
  if (Object.is(value, -0)) return '-0'
  const text = String(value)
  if (!/^timestamp/.test(type)) return text
  const ended = text.replace('T', ' ').replace(/Z/, '+00')
  return ended.replace(/(\.\d*?)0+(?=\+| |$)/, '$1').replace(/\.(?=\+| |$)/, '')
}

const arrayItem = (item: Value, type: string): string => {
  if (item === null) return 'NULL'
  const text = printed(item, type.replace('[]', '')) ?? ''
  if (Array.isArray(item) || type === 'box[]') return text
  return text === '' || text === 'NULL' || /[\s,"{}\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : text
}

/** Numbers are compared as numbers: 1e+308 and 1.0e308 are one. */
const comparable = (text: unknown, type: string): unknown =>
  typeof text === 'string' && /^float/.test(type) ? (type === 'float4' ? Math.fround(Number(text)) : Number(text)) : text

const session = '-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=3 -c bytea_output=hex'

const asText = { getTypeParser: () => (text: string) => text } as unknown as NonNullable<pg.ClientConfig['types']>

const inserts = Object.entries(typeColumns).flatMap(([name, [type, ...values]]) => values.map((value) => ({ name, type, value })))

const readEveryWay = async (
  harness: PostgresHarness,
): Promise<{ read: readonly ChangeEvent[]; texts: readonly string[]; streamed: readonly ChangeEvent[]; said: string[] }> => {
  const client = new pg.Client({ connectionString: harness.url, options: `-c search_path=${harness.schema} ${session}`, types: asText })
  await client.connect()
  const columns = Object.entries(typeColumns).map(([name, [type]]) => `${quoted(name)} ${type}`)
  await client.query(`${typeDeclarations} CREATE TABLE every_type (id int PRIMARY KEY, ${columns.join(', ')})`)
  const insert = (): Promise<unknown> =>
    client.query(inserts.map(({ name, value }, id) => `INSERT INTO every_type (id, ${quoted(name)}) VALUES (${id}, ${value})`).join('; '))
  await insert()
  await using source = harness.openWith({ tables: ['every_type'] })
  const first = await readCurrent(source, null)
  await client.query('DELETE FROM every_type')
  await insert()
  const later = changesOf(await readCurrent(source, endOf(first)))
  const said: string[] = []
  for (const [id, { name }] of inserts.entries()) {
    const { rows } = await client.query(`SELECT ${quoted(name)} AS text FROM every_type WHERE id = ${id}`)
    said.push(rows[0].text)
  }
  await client.end()
  return { read: changesOf(first), texts: textsOf(first), streamed: later.filter((change) => change.op === 'create'), said }
}

/** The rows of a snapshot, as they are kept where nobody looks at them. */
const textsOf = (items: readonly SourceItem[]): readonly string[] => {
  const texts: string[] = []
  for (const item of items) {
    const changes = item.kind === 'transaction' ? item.changes() : []
    if (isReadRows(changes)) changes.eachText((key, after) => texts.push(`${key} ${after}`))
  }
  return texts
}

const quoted = (name: string): string => (name.startsWith('"') ? name : `"${name}"`)

/** Registers the test of all types that a server has. */
export const typeCases = (version: number, options: PostgresHarnessOptions): void => {
  test(`extreme values of every type are the same by snapshot, by stream and by SELECT (PostgreSQL ${version})`, async () => {
    await using harness = await startPostgresHarness(options)
    const { read, texts, streamed, said } = await readEveryWay(harness)
    expect(texts).toEqual(read.map(({ key, after }) => `${key} ${encode(after)}`))
    expect([read.length, streamed.length, said.length]).toEqual([inserts.length, inserts.length, inserts.length])
    for (const [id, { name: quotedName, type }] of inserts.entries()) {
      const name = quotedName.replaceAll(/^"|"$/g, '').replaceAll('""', '"')
      expect(streamed[id]?.after, name).toEqual(read.find((change) => change.after?.['id'] === id)?.after)
      const ours = printed(streamed[id]?.after?.[name], type)
      expect({ name, value: comparable(ours, type) }).toEqual({ name, value: comparable(said[id], type) })
    }
  })
}
