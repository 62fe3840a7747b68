import type { ChangeEvent } from '../model/change-event.ts'
import type { Position, SourceName, TableName } from '../model/ids.ts'
import type { ChangeLog } from '../ports/change-log.ts'
import { readCaptureCursor } from './capture-cursor.ts'
import type { CaptureWatch } from './captured.ts'
import { changeSelectColumns } from './change-row.ts'
import type { Database, Session } from './database.ts'
import type { Dictionary } from './dictionary.ts'
import { readChangePage, readChanges, toChanges } from './read-changes.ts'
import type { RecentChanges } from './recent-changes.ts'
import { rowsAt } from './row-as-of.ts'

const pageRows = 1_000

export interface LogParts {
  readonly database: Database
  readonly dictionary: Dictionary
  readonly watch: CaptureWatch
  readonly recent: RecentChanges
}

export const changeLog = ({ database, dictionary, watch, recent }: LogParts): ChangeLog => {
  /** Of a source that nothing was stored of, there is nothing. */
  const ofSource = async <T>(source: SourceName, none: T, work: (session: Session, id: number) => Promise<T>): Promise<T> => {
    const id = await dictionary.knownSourceId(source)
    return id === null ? none : database.run((session) => work(session, id))
  }
  const tableId = async (source: SourceName, table: TableName): Promise<number | undefined> =>
    (await dictionary.knownTableIds(source, [table])).get(table)

  return {
    captureCursor: (source) => ofSource(source, null, readCaptureCursor),
    captured: watch.captured,
    readChanges: async (query) =>
      recent.read(query) ?? ofSource(query.source, [], (session, id) => readChanges(session, dictionary, id, query)),
    changePage: (page) => ofSource(page.source, [], (session, id) => readChangePage(session, dictionary, id, page)),
    stateAt: (source, table, upTo) =>
      pages(async (after) => {
        const id = await tableId(source, table)
        if (id === undefined) return { rows: [], next: null }
        return ofSource(source, { rows: [], next: null }, (session, sourceId) =>
          statePage(session, dictionary, { name: source, id: sourceId }, { tableId: id, upTo, after }),
        )
      }),
    rowsAt: (source, asked) => rowsAt(database, dictionary, source, asked),
    changesAt: (source, points) =>
      ofSource(source, [], async (session, id) => {
        const found = await session.rows(
          `SELECT c.* FROM (SELECT DISTINCT position, ordinal FROM unnest($2::text[], $3::int[]) AS asked (position, ordinal)) asked
           CROSS JOIN LATERAL (
             SELECT ${changeSelectColumns} FROM banyan.changes c
             WHERE c.source_id = $1 AND c.position = asked.position AND c.ordinal = asked.ordinal LIMIT 1
           ) c
           ORDER BY c.position, c.ordinal`,
          [id, points.map((point) => point.position), points.map((point) => point.ordinal)],
        )
        return toChanges(session, dictionary, { name: source, id }, found)
      }),
    history: async (source, table, key, upTo, limit) => {
      const asked = await tableId(source, table)
      if (asked === undefined) return []
      return ofSource(source, [], async (session, id) => {
        const found = await session.rows(
          `SELECT ${changeSelectColumns} FROM banyan.changes c WHERE c.table_id = $1 AND c.key = $2 AND c.position <= $3
           ORDER BY c.position DESC, c.ordinal DESC LIMIT $4`,
          [asked, key, upTo, limit],
        )
        return toChanges(session, dictionary, { name: source, id }, found)
      })
    },
  }
}

interface Page {
  readonly rows: readonly ChangeEvent[]
  /** The key that the page ended at; null: it was the last. */
  readonly next: string | null
}

async function* pages(read: (after: string | null) => Promise<Page>): AsyncGenerator<readonly ChangeEvent[], undefined> {
  for (let after: string | null = null; ; ) {
    const page: Page = await read(after)
    if (page.rows.length > 0) yield page.rows
    if (page.next === null) return
    after = page.next
  }
}

/** Keys are found in the index alone; only the newest change of each is then fetched. */
const statePage = async (
  session: Session,
  dictionary: Dictionary,
  source: { readonly name: SourceName; readonly id: number },
  asked: { readonly tableId: number; readonly upTo: Position; readonly after: string | null },
): Promise<Page> => {
  const found = await session.rows(
    `WITH newest AS (
       SELECT DISTINCT ON (key) key, position, ordinal FROM banyan.changes
       WHERE table_id = $2 AND key > $4 AND position <= $3 AND key IS NOT NULL
       ORDER BY key, position DESC, ordinal DESC LIMIT ${pageRows}
     ), emptied AS (
       SELECT position, ordinal FROM banyan.changes WHERE table_id = $2 AND op = 't' AND position <= $3
       ORDER BY position DESC, ordinal DESC LIMIT 1
     )
     SELECT ${changeSelectColumns},
       c.op = 'd' OR EXISTS (SELECT FROM emptied e WHERE (e.position, e.ordinal) > (c.position, c.ordinal)) AS gone
     FROM newest n JOIN banyan.changes c ON c.source_id = $1 AND c.position = n.position AND c.ordinal = n.ordinal
     ORDER BY n.key`,
    [source.id, asked.tableId, asked.upTo, asked.after ?? ''],
  )
  const last = found[pageRows - 1]
  const rows = await toChanges(
    session,
    dictionary,
    source,
    found.filter((cells) => cells[9] !== true),
  )
  return { rows, next: last === undefined ? null : String(last[4]) }
}
