import type { ResumeToken } from '../../src/model/ids.ts'
import { canGoOn } from '../log/snapshot-progress.ts'
import { readTables } from './catalogue.ts'
import type { Connections } from './connect.ts'
import { rowsOf } from './connect.ts'
import { keepsLog } from './initial-snapshot.ts'
import { epochOf, parseToken } from './lsn.ts'
import type { Settings } from './options.ts'
import { readSlot } from './slot.ts'
import { shapesOf } from './table-order.ts'

/** Whether the snapshot of a token can go on: the server is the same, its slot has the log, the tables have their keys. */
export const isResumable = async (connect: Connections, settings: Settings, token: ResumeToken): Promise<boolean> => {
  const { kind, epoch, end, progress } = parseToken(token)
  if (kind !== 'snapshot' || progress === undefined) return false
  const replication = await connect.open('replication')
  const [system] = await rowsOf(replication, 'IDENTIFY_SYSTEM')
  if (epochOf(system?.['systemid'] ?? '0', system?.['timeline'] ?? '0') !== epoch) return false
  connect.close(replication)
  const client = await connect.open('query')
  return keepsLog(await readSlot(client, settings.slot), end) && canGoOn(progress, shapesOf(await readTables(client, settings)))
}
