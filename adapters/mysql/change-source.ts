import type { ResumeToken } from '../../src/model/ids.ts'
import type { ChangeSource, PreflightAsk, PreflightCheck, SourceTable } from '../../src/ports/change-source.ts'
import { parseToken } from './binlog-place.ts'
import type { CatalogueTable } from './catalogue.ts'
import { readCharsets, readTables } from './catalogue.ts'
import type { Connections } from './connect.ts'
import { connections } from './connect.ts'
import { failure } from './failure.ts'
import { readLoad } from './load.ts'
import type { MysqlOptions, Settings } from './options.ts'
import { settingsOf } from './options.ts'
import { findings, unreachableFinding } from './preflight.ts'
import { reader } from './reader.ts'
import { readServer } from './server.ts'
import { isResumable } from './session.ts'

export type { MysqlConnection, MysqlOptions } from './options.ts'

/**
 * A MySQL (8.0 and later) or MariaDB (10.6 and later) database as a change source: the row binlog, after a consistent
 * snapshot. Never writes anything; what is acknowledged is known to the resume token alone, the server keeps its log by age.
 */
export const mysql = (options: MysqlOptions): ChangeSource => {
  const settings = settingsOf(options)
  const reading = reader(settings)
  return {
    name: settings.name,
    read: reading.read,
    acknowledge: (token: ResumeToken) => reading.acknowledge(parseToken(token)),
    resumable: (token) => withConnections(settings, (connect) => isResumable(connect, settings, token)),
    preflight: (ask) => preflight(settings, ask),
    load: (watchMs) =>
      withConnections(settings, async (connect) => {
        const connection = await connect.open()
        return readLoad(connection, settings, await readServer(connection), watchMs)
      }),
    tables: () => withConnections(settings, async (connect) => (await readTables(await connect.open(), settings)).map(sourceTable)),
    [Symbol.asyncDispose]: reading.dispose,
  }
}

const preflight = async (settings: Settings, ask?: PreflightAsk): Promise<readonly PreflightCheck[]> => {
  try {
    const found = await withConnections(settings, async (connect) => {
      const connection = await connect.open()
      const server = await readServer(connection)
      const tables = await readTables(connection, settings)
      return findings({ connection, settings, server, tables, charsets: await readCharsets(connection) }, ask)
    })
    return found.map(({ name, verdict, found: what, mend }) => ({ name, verdict, found: what, mend }))
  } catch (error) {
    const { name, verdict, found, mend } = unreachableFinding(settings, failure(error, settings))
    return [{ name, verdict, found, mend }]
  }
}

const withConnections = async <T>(settings: Settings, work: (connect: Connections) => Promise<T>): Promise<T> => {
  using connect = connections(settings)
  try {
    return await work(connect)
  } catch (error) {
    throw failure(error, settings)
  }
}

const sourceTable = (table: CatalogueTable): SourceTable => ({
  name: table.ref.name,
  columns: table.columns.map(({ name, type, nullable }) => {
    const keyOrder = table.keyColumns.indexOf(name) + 1
    return { name, type, nullable, keyOrder: keyOrder === 0 ? null : keyOrder }
  }),
})
