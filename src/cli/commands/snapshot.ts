import { BanyanError } from '../../model/errors.ts'
import { tableName } from '../../model/ids.ts'
import { nearNames } from '../../model/near-names.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { openBanyan } from '../open.ts'

interface SnapshotOptions {
  readonly tables: readonly string[]
}

/** Asks for tables to be read again: by the run that captures now, or else by the next one. */
export const snapshot: Command<SnapshotOptions> = async (input, { tables }) => {
  await using opened = await openBanyan(input)
  const { source } = opened.config
  const known: readonly string[] = (await source.tables()).map(({ name }) => name)
  const unknown = tables.find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownTable(unknown, known)
  await opened.store.askReread(source.name, tables.map(tableName))
  const asked = await opened.store.askedReread(source.name)
  input.output.result(
    { source: source.name, asked },
    `asked for: ${asked.join(', ')}. The run that captures ${source.name} reads them while it follows the log; if there is none now, the next one does.`,
  )
  return exitCodes.yes
}

const unknownTable = (name: string, known: readonly string[]): BanyanError => {
  const near = nearNames(name, known)
  return new BanyanError('usage', `the source does not capture a table ${name}`, {
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : `tables: ${known.join(', ')}`,
  })
}
