import { join, resolve } from 'node:path'
import { record } from '../../../adapters/fixture/recorder.ts'
import { writeDeliveries } from '../../../adapters/fixture/write-deliveries.ts'
import { storedDeliveries, storedTransactions } from '../../pipeline/offline/stored-recording.ts'
import type { Context } from '../../model/context.ts'
import type { DeliveryLine } from '../../ports/delivery-source.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { openBanyan } from '../open.ts'
import { createFolder } from '../out-folder.ts'
import { grouped } from '../table.ts'

interface ExportCommandOptions {
  readonly out: string
  /** False: `--no-answers`. */
  readonly answers: boolean
}

/** Writes what a live run captured and saw as recordings, for `banyan offline`. */
export const exportRecording: Command<ExportCommandOptions> = async (input, { out, answers }) => {
  const { output, cwd, signal } = input
  await using opened = await openBanyan(input)
  const { store, config } = opened
  const folder = resolve(cwd, out)
  await createFolder(folder)
  const files = { transactions: join(folder, 'transactions.ndjson'), deliveries: join(folder, 'deliveries.ndjson') }
  output.progress('transactions')
  const { transactions, changes } = await record({
    source: storedTransactions({ source: config.source, store }),
    file: files.transactions,
    signal,
    until: 'current',
  })
  output.progress('deliveries')
  const lines = inTurn(config.contexts, (context) => storedDeliveries({ context, store, withAnswers: answers }))
  const delivered = await writeDeliveries({ file: files.deliveries, source: config.source.name, lines })
  output.result(
    { ...files, counts: { transactions, changes, deliveries: delivered } },
    `${files.transactions}: ${grouped(transactions)} transactions, ${grouped(changes)} changes\n${files.deliveries}: ${grouped(delivered)} lines`,
  )
  return exitCodes.yes
}

async function* inTurn(
  contexts: readonly Context[],
  lines: (context: Context) => AsyncIterable<DeliveryLine>,
): AsyncGenerator<DeliveryLine, undefined> {
  for (const context of contexts) yield* lines(context)
}
