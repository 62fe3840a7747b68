import type pg from 'pg'
import { escapeIdentifier, escapeLiteral } from 'pg'
import { setTimeout as delay } from 'node:timers/promises'
import { rowsOf } from './connect.ts'
import { errorCode, failure, sourceError } from './failure.ts'
import { formatLsn, parseLsn } from './lsn.ts'
import { newSnapshotPlan } from './new-snapshot.ts'
import type { Settings } from './options.ts'

export interface SlotState {
  readonly plugin: string
  readonly database: string
  readonly active: boolean
  /** `reserved`, `extended`, `unreserved` or `lost`. */
  readonly walStatus: string
  readonly invalidated: string | null
  /** What the server believes is durable here: it sends nothing that ended at or before it. */
  readonly confirmedFlush: bigint | null
  readonly temporary: boolean
}

/** Null: there is no such slot. */
export const readSlot = async (client: pg.Client, name: string): Promise<SlotState | null> => {
  const [row] = await rowsOf(
    client,
    `SELECT plugin, database, active, temporary, wal_status, confirmed_flush_lsn,
       coalesce(to_jsonb(s) ->> 'invalidation_reason', CASE WHEN to_jsonb(s) ->> 'conflicting' = 'true' THEN 'conflict' END) AS invalidated
     FROM pg_replication_slots s WHERE slot_name = ${escapeLiteral(name)}`,
  )
  if (row === undefined) return null
  const confirmed = row['confirmed_flush_lsn'] ?? null
  return {
    plugin: row['plugin'] ?? '',
    database: row['database'] ?? '',
    active: row['active'] === 't',
    temporary: row['temporary'] === 't',
    walStatus: row['wal_status'] ?? 'reserved',
    invalidated: row['invalidated'] ?? null,
    confirmedFlush: confirmed === null ? null : parseLsn(confirmed),
  }
}

/** How much of its log the server keeps for a slot, and whether it will go on to. @throws BanyanError source-slot-lost when there is no slot. */
export const readRetained = async (
  client: pg.Client,
  settings: Settings,
): Promise<{ readonly retainedBytes: number; readonly walStatus: string }> => {
  const [row] = await rowsOf(
    client,
    `SELECT wal_status, pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END,
       restart_lsn) AS retained
     FROM pg_replication_slots WHERE slot_name = ${escapeLiteral(settings.slot)}`,
  )
  if (row === undefined) checkSlot(settings, null, 0n)
  return { retainedBytes: Number(row?.['retained'] ?? 0), walStatus: row?.['wal_status'] ?? 'reserved' }
}

/** Lets the server forget everything that it kept for this reader. */
export const dropSlot = async (client: pg.Client, settings: Settings, signal: AbortSignal): Promise<void> => {
  await whenSlotIsFree(settings, signal, () => rowsOf(client, `SELECT pg_drop_replication_slot(${escapeLiteral(settings.slot)})`))
}

export interface NewSlot {
  /** Commits before it are in the snapshot, all others come by the stream. */
  readonly consistentPoint: bigint
  /** Valid until the next command on the connection that made it. */
  readonly snapshotName: string
}

/** Makes a slot together with a snapshot of exactly the state at its start. A temporary one ends with its connection. */
export const createSlot = async (client: pg.Client, name: string, temporary: boolean): Promise<NewSlot> => {
  const [row] = await rowsOf(
    client,
    `CREATE_REPLICATION_SLOT ${escapeIdentifier(name)} ${temporary ? 'TEMPORARY ' : ''}LOGICAL pgoutput (SNAPSHOT 'export')`,
  )
  return { consistentPoint: parseLsn(row?.['consistent_point'] ?? '0/0'), snapshotName: row?.['snapshot_name'] ?? '' }
}

/** First server that can send transactions while they run. */
const streamingFrom = 140_000

/** `serverVersion` as the server has it: 180004. */
export const startReplicationSql = (settings: Settings, from: bigint, serverVersion: number): string => {
  const version = settings.streaming && serverVersion >= streamingFrom ? `proto_version '2', streaming 'on'` : `proto_version '1'`
  return (
    `START_REPLICATION SLOT ${escapeIdentifier(settings.slot)} LOGICAL ${formatLsn(from)} ` +
    `(${version}, publication_names ${escapeLiteral(escapeIdentifier(settings.publication))})`
  )
}

/** Repeats what fails because the slot is in use: a killed reader's server process takes a moment to go. */
export const whenSlotIsFree = async <T>(settings: Settings, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  const giveUpAt = Date.now() + settings.slotWaitMs
  for (let waitMs = 20; ; waitMs = Math.min(500, waitMs * 2)) {
    try {
      return await work()
    } catch (error) {
      if (errorCode(error) !== '55006' || Date.now() + waitMs > giveUpAt || signal.aborted) throw failure(error, settings)
    }
    await delay(waitMs, undefined, { signal }).catch(() => {})
  }
}

/**
 * Ends the server's side of a connection of ours that broke, if it still holds the slot: it would notice only after its
 * `wal_sender_timeout`. A role may end its own sessions.
 */
export const endPredecessor = async (client: pg.Client, settings: Settings, pid: string): Promise<void> => {
  await rowsOf(
    client,
    `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots
     WHERE slot_name = ${escapeLiteral(settings.slot)} AND active_pid = ${escapeLiteral(pid)}`,
  )
}

/**
 * @throws BanyanError source-slot-lost when the server has let go of the changes, source-position-lost when it has already
 * been told that changes beyond the token are durable: START_REPLICATION would skip them without a word.
 */
export const checkSlot = (settings: Settings, slot: SlotState | null, end: bigint): void => {
  const again = newSnapshotPlan(settings, { dropSlot: slot !== null })
  if (slot === null) throw sourceError(settings, 'source-slot-lost', `the replication slot ${settings.slot} is gone`, again)
  if (slot.walStatus === 'lost' || slot.invalidated !== null) {
    const why = slot.invalidated ?? 'its WAL was removed'
    throw sourceError(settings, 'source-slot-lost', `the replication slot ${settings.slot} is invalidated: ${why}`, again)
  }
  if (slot.confirmedFlush !== null && slot.confirmedFlush > end) {
    throw sourceError(
      settings,
      'source-position-lost',
      `the slot is at ${formatLsn(slot.confirmedFlush)}, beyond the resume token's ${formatLsn(end)}: changes between are gone`,
      `somebody else advanced or recreated the slot, or the store is an old copy; ${again}`,
    )
  }
}

/** Tells a slot that nobody reads what is durable: what was acknowledged after the last read had ended. */
export const advanceSlot = async (client: pg.Client, settings: Settings, end: bigint, signal: AbortSignal): Promise<void> => {
  const sql = `SELECT pg_replication_slot_advance(${escapeLiteral(settings.slot)}, '${formatLsn(end)}')`
  await whenSlotIsFree(settings, signal, () => rowsOf(client, sql))
}
