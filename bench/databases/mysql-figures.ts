import { join } from 'node:path'
import type { Flavour } from '../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql, startMysqlServer } from '../../fixtures/services/mysql-server.ts'
import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import { tell } from '../progress.ts'
import { captureApart } from './capture-apart.ts'
import { mysqlOrders, runMysql, writeMysqlOrders } from './mysql-orders.ts'
import type { Sourced } from './source-process.ts'
import { readByZongji } from './zongji-reader.ts'

const rounds = 3
const parts = 2

const logEnd = async (url: string, flavour: Flavour): Promise<{ readonly file: string; readonly position: number }> => {
  const connection = await openMysql(url)
  const [row] = await mysqlRows(connection, flavour === 'mysql' ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS')
  connection.destroy()
  return { file: String(row?.['File']), position: Number(row?.['Position']) }
}

/** From the binlog's backlog to the durable store. */
export const mysqlFigure = async (flavour: Flavour, folder: string): Promise<Figure> => {
  const server = await startMysqlServer(flavour)
  try {
    await runMysql(server.url, 'CREATE DATABASE bench')
    const url = new URL(server.url)
    url.pathname = '/bench'
    await runMysql(url.href, ...mysqlOrders)
    const capture = (round: number): Promise<Sourced> =>
      captureApart({ kind: 'mysql', url: url.href, folder: join(folder, `${flavour}-${round}`) })
    // A first run takes the snapshot; what comes after is the backlog.
    for (let round = 0; round < rounds; round += 1) await capture(round)
    const from = await logEnd(url.href, flavour)
    tell(`writes ${parts * 100_000} changes`)
    await writeMysqlOrders(url.href, parts)
    const runs: Sourced[] = []
    const bare: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      tell(`round ${round + 1} of ${rounds}`)
      const run = await capture(round)
      runs.push(run)
      bare.push(await readByZongji(url.href, from, run.changes))
    }
    const { changes = 0, events = 0 } = runs[0] ?? {}
    const value = median(runs.map((run) => run.changes / (run.durationMs / 1_000)))
    const peerValue = median(bare)
    const context = `${changes} row changes and ${events} events of orders from the binlog to the durable store, five changes to a transaction, 20,000 in each 100,000 in one; no shadow; beside the library that decodes them and throws them away; in turns, median of ${rounds}`
    return { name: `source.${flavour}`, value, unit: 'changes/s', peer: '@vlasky/zongji', peerValue, ratio: value / peerValue, context }
  } finally {
    await server.stop()
  }
}
