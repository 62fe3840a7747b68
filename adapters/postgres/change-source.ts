import type { ResumeToken } from '../../src/model/ids.ts'
import type { ChangeSource, PreflightAsk, PreflightCheck, SourceTable } from '../../src/ports/change-source.ts'
import type { CatalogueTable } from './catalogue.ts'
import { readTables } from './catalogue.ts'
import type { Connections } from './connect.ts'
import { connections } from './connect.ts'
import { failure } from './failure.ts'
import { readLoad } from './load.ts'
import { parseToken } from './lsn.ts'
import type { PostgresOptions, Settings } from './options.ts'
import { settingsOf } from './options.ts'
import { findings, readFacts, unreachableFinding } from './preflight.ts'
import { isResumable } from './resumable.ts'
import { reader } from './reader.ts'

export type { PostgresConnection, PostgresOptions } from './options.ts'

/**
 * A PostgreSQL database as a change source: logical replication with `pgoutput`, after a consistent snapshot. Needs a
 * publication (see `createPublication`) and a slot of its own; never writes to tables.
 */
export const postgres = (options: PostgresOptions): ChangeSource => {
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
        const client = await connect.open('query')
        return readLoad(client, await readTables(client, settings), watchMs)
      }),
    tables: () => withConnections(settings, async (connect) => (await readTables(await connect.open('query'), settings)).map(sourceTable)),
    [Symbol.asyncDispose]: reading.dispose,
  }
}

const preflight = async (settings: Settings, ask?: PreflightAsk): Promise<readonly PreflightCheck[]> => {
  try {
    const found = await withConnections(settings, async (connect) => {
      const client = await connect.open('query')
      return findings(await readFacts(client, settings, await readTables(client, settings)), ask)
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
