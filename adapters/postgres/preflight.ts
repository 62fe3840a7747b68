import type pg from 'pg'
import { escapeIdentifier, escapeLiteral } from 'pg'
import type { BanyanError } from '../../src/model/errors.ts'
import type { CatalogueTable } from './catalogue.ts'
import { rowsOf } from './connect.ts'
import { place, sourceError } from './failure.ts'
import type { Settings } from './options.ts'
import type { Finding, PreflightFacts } from './finding.ts'
import type { PreflightAsk } from '../../src/ports/change-source.ts'
import { finding } from './finding.ts'
import type { ManagedService } from './managed-service.ts'
import { managedService, readServiceMarks } from './managed-service.ts'
import { checkRetention } from './preflight-retention.ts'
import type { ServerSettings } from './preflight-server.ts'
import { checkServer } from './preflight-server.ts'
import { checkTables } from './preflight-tables.ts'
import { checkPublication } from './preflight-publication.ts'
import { readSlot } from './slot.ts'

/** Everything that would break the legacy system's statements or lose changes. Reads only. */
export const findings = async (facts: PreflightFacts, ask: PreflightAsk = {}): Promise<readonly Finding[]> => {
  const setting = await readSettings(facts.client)
  const managed = managedService(await readServiceMarks(facts.client))
  return [
    ...(await checkServer(facts, setting, managed)),
    checkWalLevel(setting, managed),
    await checkRole(facts, managed),
    ...(await checkTables(facts)),
    ...(await checkPublication(facts)),
    checkSlotState(facts),
    await checkRoom(facts, setting),
    ...checkRetention(setting, managed, ask.outage),
  ]
}

/** @throws BanyanError of the first refusal. */
export const refuse = (settings: Settings, found: readonly Finding[]): void => {
  const first = found.find((finding) => finding.verdict === 'refuse')
  if (first !== undefined) throw sourceError(settings, first.code, `${first.name}: ${first.found}`, first.mend ?? 'see `banyan doctor`')
}

const readSettings = async (client: pg.Client): Promise<ServerSettings> => {
  const names = [
    'wal_level',
    'max_replication_slots',
    'max_wal_senders',
    'max_slot_wal_keep_size',
    'server_version_num',
    'hot_standby_feedback',
  ]
  const rows = await rowsOf(
    client,
    `SELECT name, setting FROM pg_settings WHERE name IN (${names.map(escapeLiteral).join(', ')})
     UNION ALL SELECT name, extract(epoch FROM current_setting(name)::interval)::text FROM pg_settings WHERE name = 'idle_replication_slot_timeout'`,
  )
  return Object.fromEntries(rows.map((row) => [row['name'] ?? '', row['setting'] ?? '']))
}

const checkWalLevel = (setting: ServerSettings, managed: ManagedService | null): Finding => {
  const level = setting['wal_level'] ?? 'unknown'
  if (level === 'logical') return finding('wal_level', 'ok', level)
  return finding(
    'wal_level',
    'refuse',
    `${level}, must be logical`,
    managed?.decoding ?? 'ALTER SYSTEM SET wal_level = logical; then restart the server',
  )
}

const checkRole = async ({ client }: PreflightFacts, managed: ManagedService | null): Promise<Finding> => {
  const [row] = await rowsOf(
    client,
    `SELECT rolname, rolreplication OR rolsuper OR EXISTS (
       SELECT FROM pg_roles g WHERE g.rolname = 'rds_replication' AND pg_has_role(current_user, g.oid, 'member')) AS may
     FROM pg_roles WHERE rolname = current_user`,
  )
  const role = row?.['rolname'] ?? ''
  if (row?.['may'] === 't') return finding('role', 'ok', `${role} may replicate`)
  const mend = managed?.replication(role) ?? `ALTER ROLE ${escapeIdentifier(role)} REPLICATION;`
  return finding('role', 'refuse', `${role} may not replicate`, mend, 'source-privilege')
}

const checkSlotState = ({ settings, slot }: PreflightFacts): Finding => {
  const create = `SELECT pg_create_logical_replication_slot(${escapeLiteral(settings.slot)}, 'pgoutput');`
  const drop = `SELECT pg_drop_replication_slot(${escapeLiteral(settings.slot)});`
  if (slot === null) {
    if (settings.createSlot) return finding('slot', 'ok', `${settings.slot} will be created at the first start`)
    return finding('slot', 'refuse', `${settings.slot} does not exist`, create)
  }
  if (slot.plugin !== 'pgoutput') {
    return finding('slot', 'refuse', `${settings.slot} uses ${slot.plugin}, must be pgoutput`, 'name another slot by the option slot')
  }
  if (slot.walStatus === 'lost' || slot.invalidated !== null) {
    const why = slot.invalidated ?? 'its WAL was removed'
    return finding(
      'slot',
      'refuse',
      `${settings.slot} is invalidated: ${why}`,
      `${drop} then begin again with an empty store`,
      'source-slot-lost',
    )
  }
  if (slot.walStatus === 'unreserved') {
    return finding('slot', 'warn', `${settings.slot} is about to lose its WAL`, 'raise max_slot_wal_keep_size, or let Banyan catch up now')
  }
  return finding('slot', 'ok', `${settings.slot} exists${slot.active ? ' and is in use' : ''}`)
}

/** A first start needs a slot, a snapshot beside an existing one a temporary slot, and both a walsender. */
const checkRoom = async ({ client, slot }: PreflightFacts, setting: ServerSettings): Promise<Finding> => {
  const [row] = await rowsOf(
    client,
    `SELECT (SELECT count(*) FROM pg_replication_slots) AS slots, (SELECT count(*) FROM pg_stat_replication) AS senders`,
  )
  const slots = Number(setting['max_replication_slots'] ?? 0) - Number(row?.['slots'] ?? 0)
  const senders = Number(setting['max_wal_senders'] ?? 0) - Number(row?.['senders'] ?? 0)
  const found = `${slots} slots and ${senders} senders free`
  if (senders < 1 && slot?.active !== true) {
    return finding('room', 'refuse', found, 'raise max_wal_senders and restart the server, or stop a reader that nobody uses')
  }
  if (slots < 1 && slot === null) {
    return finding('room', 'refuse', found, 'raise max_replication_slots and restart the server, or drop a slot that nobody uses')
  }
  return finding('room', 'ok', found)
}

/** A pooler that does not even let a session be set gives itself away by its refusal. */
export const poolerFinding = (settings: Settings, error: unknown): Finding | null => {
  const message = error instanceof Error ? error.message : ''
  if (!/unsupported startup parameter|pgbouncer|pooler|odyssey/i.test(message)) return null
  return finding(
    'pooler',
    'refuse',
    `${place(settings)} is a connection pooler: ${message}`,
    'connect to the server itself',
    'source-refused',
  )
}

export const readFacts = async (client: pg.Client, settings: Settings, tables: readonly CatalogueTable[]): Promise<PreflightFacts> => ({
  client,
  settings,
  tables,
  slot: await readSlot(client, settings.slot),
})

/** The findings of a server that cannot be asked: the failure itself. */
export const unreachableFinding = (settings: Settings, error: BanyanError): Finding =>
  poolerFinding(settings, error) ?? finding('connection', 'refuse', error.message, error.hint, error.code)
