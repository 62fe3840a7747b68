import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { escapeLiteral } from 'pg'
import type { SourceLoad } from '../../src/ports/change-source.ts'
import type { CatalogueTable } from './catalogue.ts'
import { rowsOf } from './connect.ts'

/** What the server has counted by an instant. */
interface Count {
  readonly atMs: number
  readonly logBytes: number
  readonly changes: number
  readonly rowBytes: number | null
  /** Since when it counts; null: never told. */
  readonly sinceMs: number | null
}

/** Partitions are counted one by one, under their own names. */
const captured = (tables: readonly CatalogueTable[]): string => {
  const roots = tables.map(({ ref }) => `(${escapeLiteral(ref.schema)}, ${escapeLiteral(ref.table)})`)
  return `WITH roots AS (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE (n.nspname, c.relname) IN (${roots.join(', ')})),
    own AS (SELECT oid FROM roots UNION SELECT p.relid FROM roots, pg_partition_tree(roots.oid) p),
    counts AS (SELECT s.relid, s.n_tup_ins + s.n_tup_upd + s.n_tup_del AS changes FROM pg_stat_all_tables s JOIN own ON own.oid = s.relid),
    widths AS (SELECT c.oid, sum(w.avg_width) AS bytes FROM pg_class c JOIN own ON own.oid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_stats w ON w.schemaname = n.nspname AND w.tablename = c.relname GROUP BY c.oid)`
}

const count = async (client: pg.Client, tables: readonly CatalogueTable[]): Promise<Count> => {
  const [row] = await rowsOf(
    client,
    `${captured(tables)}
     SELECT extract(epoch FROM clock_timestamp()) * 1000 AS at,
       pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END, '0/0') AS log,
       (SELECT coalesce(sum(changes), 0) FROM counts) AS changes,
       (SELECT sum(w.bytes * greatest(c.changes, 1)) / sum(greatest(c.changes, 1)) FROM widths w JOIN counts c ON c.relid = w.oid) AS width,
       (SELECT extract(epoch FROM stats_reset) * 1000 FROM pg_stat_database WHERE datname = current_database()) AS since`,
  )
  const number = (name: string): number | null => (row?.[name] === null || row?.[name] === undefined ? null : Number(row[name]))
  return {
    atMs: number('at') ?? 0,
    logBytes: number('log') ?? 0,
    changes: number('changes') ?? 0,
    rowBytes: number('width'),
    sinceMs: number('since'),
  }
}

/** A server process tells what it has counted at most once a second, when a transaction of it ends. */
export const readLoad = async (client: pg.Client, tables: readonly CatalogueTable[], watchMs: number): Promise<SourceLoad> => {
  const first = await count(client, tables)
  await sleep(watchMs)
  const last = await count(client, tables)
  const watchedMs = Math.max(1, last.atMs - first.atMs)
  const perSecond = (from: number, to: number, overMs: number): number => (1_000 * Math.max(0, to - from)) / overMs
  return {
    watchedMs,
    changesPerSecond: perSecond(first.changes, last.changes, watchedMs),
    counted: 'captured tables',
    usualChangesPerSecond: last.sinceMs === null ? null : perSecond(0, last.changes, Math.max(1, last.atMs - last.sinceMs)),
    logBytesPerSecond: perSecond(first.logBytes, last.logBytes, watchedMs),
    rowBytes: last.rowBytes,
  }
}
