import { expect, test } from 'vitest'
import type { KafkaServer } from '../../../fixtures/services/kafka-server.ts'
import type { Flavour, MysqlServer } from '../../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql } from '../../../fixtures/services/mysql-server.ts'
import { changesOf, endOf, readCurrent } from '../../../src/testing/change-source/harness.ts'
import { startMysqlHarness } from '../../support/mysql-harness.ts'
import { typeRows } from '../mysql/type-rows.ts'
import { connectorOn, harnessOn } from './mysql-connector.ts'

/** Types that stop the connector, and why. */
const unparsed: Readonly<Record<string, string>> = { inet4: 'its parser of DDL does not know it', inet6: 'the same' }

export interface MysqlParity {
  readonly name: string
  readonly connector: Readonly<Record<string, string>>
  /** Columns that are not the same as natively, each with its reason. */
  readonly differ: Readonly<Record<string, string>>
}

/** Dates that no calendar has, which the server may be told to take: the connector's task ends at the first. */
const impossible = /'\d{4}-(?:00-|\d\d-00|02-3|02-29|0[469]-31|11-31)/

const bare = (column: string): string => column.replaceAll(/^`|`$/g, '')

/** A table of every type that the connector takes, and statements that insert rows of extreme values, with `from` and what follows as ids. */
export const everyType = (flavour: Flavour): { readonly table: string; readonly inserts: (from: number) => readonly string[] } => {
  const types = typeRows(flavour)
  const columns = Object.entries(types.columns).filter(([, type]) => !Object.hasOwn(unparsed, type.split(/[ (]/)[0] ?? ''))
  const names = new Set(columns.map(([column]) => column))
  return {
    table: `CREATE TABLE every_type (id int PRIMARY KEY, ${columns.map(([column, type]) => `\`${column}\` ${type}`).join(', ')})`,
    inserts: (from) =>
      types.rows.map((row, index) => {
        const given = Object.entries(row).filter(([column, sql]) => names.has(bare(column)) && !impossible.test(sql))
        const list = given.map(([column]) => (column.startsWith('`') ? column : `\`${column}\``))
        return `INSERT INTO every_type (${['id', ...list].join(', ')}) VALUES (${[from + index, ...given.map(([, sql]) => sql)].join(', ')})`
      }),
  }
}

/** What the session of these statements must be told. */
export const everyTypeSession = `SET time_zone = '+00:00', sql_mode = 'ALLOW_INVALID_DATES', names utf8mb4`

/** Every type with its extreme values, natively and through the connector: the same but for what is listed. */
export const mysqlParityCase = (kafka: KafkaServer, server: MysqlServer, { name, connector, differ }: MysqlParity): void => {
  test(`every type, natively and through Debezium for ${server.flavour}: ${name}`, { timeout: 120_000 }, async () => {
    const legacy = await startMysqlHarness(server)
    const { table, inserts } = everyType(server.flavour)
    const connection = await openMysql(legacy.url)
    const run = (sql: string): ReturnType<typeof mysqlRows> => mysqlRows(connection, sql)
    await run(everyTypeSession)
    await run(table)
    await using harness = await harnessOn(kafka, legacy, connectorOn(kafka, server, legacy, connector), ['every_type'])
    await using through = await harness.open()
    await using native = legacy.openWith({ tables: ['every_type'] })
    const tokens = { native: endOf(await readCurrent(native, null)), through: endOf(await readCurrent(through, null)) }
    for (const sql of inserts(0)) await run(sql)
    await run('UPDATE every_type SET id = id + 100')
    await run('DELETE FROM every_type')
    const expected = changesOf(await readCurrent(native, tokens.native))
    const changes = changesOf(await readCurrent(through, tokens.through))
    connection.destroy()
    expect(changes.map(({ op, table, key, ordinal }) => ({ op, table, key, ordinal }))).toEqual(
      expected.map(({ op, table, key, ordinal }) => ({ op, table, key, ordinal })),
    )
    const different = new Set<string>()
    for (const [index, { before, after }] of changes.entries()) {
      const other = expected[index]
      for (const [mine, theirs] of [
        [before, other?.before],
        [after, other?.after],
      ])
        for (const column of Object.keys({ ...mine, ...theirs })) {
          try {
            expect(mine?.[column]).toEqual(theirs?.[column])
          } catch {
            different.add(column)
          }
        }
    }
    expect([...different].toSorted()).toEqual(Object.keys(differ).toSorted())
  })
}
