import { BanyanError } from '../../src/model/errors.ts'
import type { EpochMs } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { BinlogEvent } from './binlog-event.ts'
import { eventReader, eventType } from './binlog-event.ts'
import type { BinlogPlace } from './binlog-place.ts'
import { comparePlaces } from './binlog-place.ts'
import type { DescribedTables } from './described-tables.ts'
import type { GroupStart } from './group-event.ts'
import { readGroupStart, readQuery, readRotate, readXaPrepare } from './group-event.ts'
import type { Gtids } from './gtids.ts'
import type { GroupRows, OpenTransaction } from './open-transaction.ts'
import { openTransaction } from './open-transaction.ts'
import type { PreparedTransactions } from './prepared-transactions.ts'
import { preparedTransactions } from './prepared-transactions.ts'
import { fateRelation } from './relation.ts'
import type { Statement } from './statement.ts'
import { statementOf } from './statement.ts'
import { passOver, statementFormat } from './refused-event.ts'
import type { TransactionLog } from '../log/transaction-log.ts'
import { tableFates } from './table-moves.ts'
import { undecodable } from './undecodable.ts'

/** A place that is covered: what a resume token says of it. */
export interface Covered {
  readonly end: BinlogPlace
  readonly from: BinlogPlace
  readonly gtids: string
}

/** A whole transaction, its changes still as the server sent them. */
export interface RawTransaction extends GroupRows, Covered {
  /** The server's id of it; its place in the log where there is none. */
  readonly id: string
  readonly committedAt: EpochMs
}

export interface Assembler {
  /** One event of the log. */
  readonly event: (bytes: Buffer) => void
  readonly checksums: (used: boolean) => void
  /** A transaction has begun and is not yet complete. */
  readonly inFlight: () => boolean
  /** The place up to which everything has come, between two transactions. */
  readonly covered: () => Covered
  readonly discard: () => void
}

export interface AssemblerOptions {
  /** Where the dump starts, and up to where its transactions are known already. */
  readonly from: BinlogPlace
  readonly known: BinlogPlace
  readonly gtids: Gtids
  readonly tables: DescribedTables
  readonly log: TransactionLog
  /** Whole transactions with at least one captured change. */
  readonly onTransaction: (transaction: RawTransaction) => void
  /** The log has gone on, without a captured change. `committedAt`: of a transaction without one. */
  readonly onPassed: (end: BinlogPlace, committedAt?: EpochMs) => void
}

interface Group {
  readonly start: BinlogPlace
  readonly head: GroupStart
}

/** Everything that changes while the log is read. */
interface Reading {
  readonly options: AssemblerOptions
  readonly prepared: PreparedTransactions
  place: BinlogPlace
  group: Group | null
  open: OpenTransaction | null
}

/** Builds whole transactions from events. Only captured rows are kept, undecoded. Throws at what it must not guess at, with the place. */
export const assembler = (options: AssemblerOptions): Assembler => {
  const reading: Reading = { options, prepared: preparedTransactions(), place: options.from, group: null, open: null }
  let reader = eventReader(true)
  return {
    event: (bytes) => {
      try {
        handle(reading, reader.read(bytes))
      } catch (error) {
        throw atPlace(error, reading)
      }
    },
    checksums: (used) => {
      reader = eventReader(used)
    },
    inFlight: () => reading.group !== null || reading.open !== null,
    covered: () => coveredAt(reading),
    discard: () => {
      reading.group = null
      reading.open = null
      reading.prepared.release()
      options.log.discard()
    },
  }
}

const atPlace = (error: unknown, { place, group }: Reading): unknown => {
  const known = error instanceof RangeError ? undecodable('an event that is shorter than what it says of itself') : error
  if (!(known instanceof BanyanError)) return known
  const start = group?.start ?? place
  const id = group?.head.gtid ?? null
  const where = `${place.file} after byte ${place.offset}, in the transaction ${id === null ? '' : `${id} `}from byte ${start.offset}`
  return new BanyanError(known.code, `${known.message} (${where})`, { hint: known.hint, where, cause: error })
}

const coveredAt = ({ options, prepared, place }: Reading): Covered => {
  const end = comparePlaces(place, options.known) < 0 ? options.known : place
  return { end, from: prepared.earliest() ?? end, gtids: options.gtids.text() }
}

/** 32 bits of the offset are told; a file can be longer. Inside of a transaction MariaDB tells nothing. */
const advance = (reading: Reading, event: BinlogEvent): void => {
  if (event.artificial || event.endLow === 0 || event.type === eventType.rotate) return
  const { file, offset } = reading.place
  const high = offset - (offset % 2 ** 32)
  const candidate = high + event.endLow
  if (candidate >= offset) reading.place = { file, offset: candidate }
  else if (event.type !== eventType.formatDescription && offset - candidate > 2 ** 31) reading.place = { file, offset: candidate + 2 ** 32 }
}

const handle = (reading: Reading, event: BinlogEvent): void => {
  const before = reading.place
  advance(reading, event)
  switch (event.type) {
    case eventType.rotate:
      reading.place = readRotate(event)
      break
    case eventType.formatDescription:
      endUnfinished(reading)
      reading.options.tables.clear()
      break
    case eventType.gtid:
    case eventType.anonymousGtid:
    case eventType.taggedGtid:
    case eventType.mariadbGtid:
      startGroup(reading, before, readGroupStart(event))
      return
    case eventType.query:
      statement(reading, event)
      break
    case eventType.xid:
      commit(reading, event)
      break
    case eventType.tableMap:
      reading.options.tables.describe(event.body)
      return
    case eventType.writeRowsV1:
    case eventType.updateRowsV1:
    case eventType.deleteRowsV1:
    case eventType.writeRows:
    case eventType.updateRows:
    case eventType.deleteRows:
      required(reading).rows(event, reading.options.tables.byId)
      return
    case eventType.xaPrepare:
      prepare(reading, event)
      break
    default:
      passOver(event)
  }
  if (reading.group === null && reading.open === null) reading.options.onPassed(reading.place)
}

/** A server that was killed leaves half a transaction at the end of its file; it never committed. */
const endUnfinished = (reading: Reading): void => {
  if (reading.open !== null) reading.options.log.discard()
  reading.open = null
  reading.group = null
}

const required = (reading: Reading): OpenTransaction => {
  if (reading.open === null) throw undecodable('a row or a commit outside a transaction')
  return reading.open
}

const startGroup = (reading: Reading, start: BinlogPlace, head: GroupStart): void => {
  endUnfinished(reading)
  reading.group = { start, head }
  if (head.begins) reading.open = openTransaction(reading.options.log)
}

const statement = (reading: Reading, event: BinlogEvent): void => {
  const { schema, sql } = readQuery(event)
  const said = statementOf(sql, schema)
  switch (said.kind) {
    case 'begin':
      reading.open ??= openTransaction(reading.options.log)
      return
    case 'commit':
      commit(reading, event)
      return
    case 'rollback':
      reading.options.log.discard()
      finish(reading, event)
      return
    case 'rollback-to':
      if (required(reading).count() > 0)
        throw undecodable('a partial rollback beside a table without transactions', 'give every table the engine InnoDB')
      return
    case 'xa-commit':
    case 'xa-rollback':
      endPrepared(reading, event, said)
      return
    case 'truncate':
    case 'tables':
    case 'unlogged':
    case 'rows':
    case 'none':
      byItself(reading, event, said)
      return
    default:
      said satisfies never
  }
}

/** What is said by a statement alone: it commits by itself, unless a transaction is under way. */
const byItself = (reading: Reading, event: BinlogEvent, said: Statement): void => {
  const { tables } = reading.options
  if (said.kind === 'rows') throw statementFormat()
  if (said.kind === 'unlogged' && tables.named(said.schema, said.table) !== null) {
    throw undecodable(`${said.schema}.${said.table}: ${said.what}`, 'begin again with a snapshot into an empty store')
  }
  const name = said.kind === 'truncate' ? tables.named(said.schema, said.table) : null
  const fates = said.kind === 'tables' ? tableFates(said.moves, tables.named) : []
  if (reading.open !== null && name === null && fates.length === 0) return
  const open = reading.open ?? openTransaction(reading.options.log)
  if (name !== null) open.truncate(fateRelation(name))
  for (const fate of fates) {
    // The rows of a table that is gone are gone with it.
    if (fate.kind === 'gone') open.truncate(fateRelation(fate.table, fate))
    else open.tell(fateRelation(fate.table, fate))
  }
  reading.open = open
  commit(reading, event)
}

const commit = (reading: Reading, event: BinlogEvent): void => {
  const rows = required(reading).seal()
  finish(reading, event, rows)
}

/** The group is complete; `rows` are what it committed. */
const finish = (reading: Reading, event: BinlogEvent, rows?: GroupRows): void => {
  const { options, group, place } = reading
  reading.group = null
  reading.open = null
  const committedAt = group?.head.committedAt ?? epochMs(event.seconds * 1000)
  const gtid = group?.head.gtid ?? null
  if (comparePlaces(place, options.known) <= 0) {
    rows?.log.release()
    return
  }
  if (gtid !== null) options.gtids.add(gtid)
  if (rows === undefined || rows.relations.length === 0) {
    rows?.log.release()
    options.onPassed(place, committedAt)
    return
  }
  options.onTransaction({ ...rows, ...coveredAt(reading), id: gtid ?? `${place.file}:${place.offset}`, committedAt })
}

/** Rows of a prepared transaction are in the log long before it commits, if it ever does. */
const prepare = (reading: Reading, event: BinlogEvent): void => {
  const { xid, onePhase } = readXaPrepare(event)
  if (onePhase) {
    commit(reading, event)
    return
  }
  const rows = required(reading).seal()
  reading.prepared.hold(xid, { rows, start: reading.group?.start ?? reading.place })
  finish(reading, event)
}

const endPrepared = (reading: Reading, event: BinlogEvent, { kind, xid }: Extract<Statement, { readonly xid: string }>): void => {
  const rows = reading.prepared.take(xid)
  if (kind === 'xa-rollback') {
    rows?.log.release()
    finish(reading, event)
    return
  }
  if (rows === null && comparePlaces(reading.place, reading.options.known) > 0) {
    throw undecodable(
      'the commit of a transaction that was prepared (XA) before reading began',
      'begin again with a snapshot into an empty store',
    )
  }
  finish(reading, event, rows ?? undefined)
}
