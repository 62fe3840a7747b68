import { expect, test } from 'vitest'
import type { Row, Value } from '../../../src/model/value.ts'
import { changesOf, endOf, readCurrent } from '../../../src/testing/change-source/harness.ts'
import type { MysqlHarness } from '../../support/mysql-harness.ts'
import { startMysqlHarness } from '../../support/mysql-harness.ts'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql } from '../../../fixtures/services/mysql-server.ts'
import { typeRows } from './type-rows.ts'

/** How a value of ours would be printed by the server. */
const printed = (value: Value | undefined, type: string): string | null | undefined => {
  if (value === null || value === undefined) return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex').toUpperCase()
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (!/^(datetime|timestamp)/.test(type)) return String(value)
  const digits = Number(/\((\d)\)/.exec(type)?.[1] ?? 0)
  const text = String(value).replace('T', ' ').replace('Z', '')
  return digits === 0 ? text.slice(0, 19) : text.slice(0, 20 + digits)
}

const bytes = /^(binary|varbinary|tinyblob|blob|longblob|geometry|vector)/

/** The server's own word on a column, in the form of {@link printed}. */
const asked = (name: string, type: string): string => {
  const column = `\`${name}\``
  if (bytes.test(type)) return `HEX(${column})`
  if (/^(float|bit|decimal\(12,2\) zerofill|int\(9\) zerofill|year)/.test(type)) return `${column} + 0`
  return `CAST(${column} AS CHAR CHARACTER SET utf8mb4)`
}

interface Extremes {
  readonly read: readonly Row[]
  readonly streamed: readonly Row[]
  readonly server: readonly Readonly<Record<string, unknown>>[]
}

const extremes = async (server: MysqlServer, harness: MysqlHarness): Promise<Extremes> => {
  const { columns, rows } = typeRows(server.flavour)
  const connection = await openMysql(harness.url)
  const run = (sql: string): ReturnType<typeof mysqlRows> => mysqlRows(connection, sql)
  await run(`SET time_zone = '+00:00', sql_mode = 'ALLOW_INVALID_DATES', names utf8mb4`)
  const declared = Object.entries(columns).map(([name, type]) => `\`${name}\` ${type}`)
  await run(`CREATE TABLE every_type (id int PRIMARY KEY, ${declared.join(', ')}) ROW_FORMAT = DYNAMIC`)
  const insert = async (): Promise<void> => {
    for (const [id, row] of rows.entries()) {
      const names = Object.keys(row).map((name) => (name.startsWith('`') ? name : `\`${name}\``))
      await run(`INSERT INTO every_type (id, ${names.join(', ')}) VALUES (${id}, ${Object.values(row).join(', ')})`)
    }
  }
  await insert()
  await using source = harness.openWith({ tables: ['every_type'] })
  const first = await readCurrent(source, null)
  await run('DELETE FROM every_type')
  await insert()
  const later = changesOf(await readCurrent(source, endOf(first)))
  const list = Object.entries(columns).map(([name, type]) => `${asked(name, type)} AS \`${name}\``)
  const said = await new Promise<readonly Readonly<Record<string, unknown>>[]>((resolve, reject) => {
    const sql = `SELECT ${list.join(', ')} FROM every_type ORDER BY id`
    connection.query({ sql, typeCast: (field) => field.string('utf8') }, (error: unknown, found: unknown) =>
      error === null ? resolve(found as Record<string, unknown>[]) : reject(error),
    )
  })
  connection.destroy()
  const rowsOf = (op: string, changes: typeof later): readonly Row[] =>
    changes.filter((change) => change.op === op).map((change) => change.after ?? {})
  return { read: rowsOf('read', changesOf(first)), streamed: rowsOf('create', later), server: said }
}

/** Registers the test of all types that the server has. */
export const typeCases = (server: MysqlServer): void => {
  test('extreme values of every type are the same by snapshot, by stream and by SELECT', async () => {
    await using harness = await startMysqlHarness(server)
    const { read, streamed, server: said } = await extremes(server, harness)
    const { columns, rows } = typeRows(server.flavour)
    expect([read.length, streamed.length, said.length]).toEqual([rows.length, rows.length, rows.length])
    for (const [index, row] of streamed.entries()) {
      expect(row).toEqual(read[index])
      for (const [quotedName, type] of Object.entries(columns)) {
        const name = quotedName.replace('``', '`')
        const ours = printed(row[name], type)
        expect({ name, value: ours }).toEqual({ name, value: sameNotation(said[index]?.[name], ours, type) })
      }
    }
  })
}

/** A number that JavaScript prints otherwise than the server; a float is rounded to six digits by the server. */
const sameNotation = (value: unknown, ours: unknown, type: string): unknown => {
  if (typeof value !== 'string' || typeof ours !== 'string' || !/^(float|double|decimal\(12,2\) zerofill)/.test(type)) return value
  const rounded = type === 'float' ? Math.fround(Number(value)) === Math.fround(Number(ours)) : Number(value) === Number(ours)
  return rounded ? ours : value
}
