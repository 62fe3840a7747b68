import type { SourceItem } from '../../src/model/change-event.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import type { OpenView } from '../log/reread.ts'
import { withRereads } from '../log/reread.ts'
import type { RereadProgress } from '../log/reread-progress.ts'
import type { Covered } from './assemble.ts'
import type { BinlogPlace } from './binlog-place.ts'
import { comparePlaces, parseToken, positionAt, tokenAt } from './binlog-place.ts'
import { readTables } from './catalogue.ts'
import type { Connections } from './connect.ts'
import { narrowed } from './initial-snapshot.ts'
import type { Settings } from './options.ts'
import type { Session } from './session.ts'
import { snapshotView } from './snapshot.ts'
import { startSnapshot } from './snapshot-start.ts'

export interface RereadingOptions extends Pick<ReadOptions, 'columns' | 'onNotice'> {
  readonly settings: Settings
  readonly connect: Connections
  readonly session: Session
  readonly covered: Covered
  readonly begun: RereadProgress | null
  readonly asked: () => ReturnType<NonNullable<ReadOptions['reread']>>
  /** Where the stream ends; null: never. */
  readonly until: BinlogPlace | null
  readonly log: (until: BinlogPlace | null) => AsyncIterable<SourceItem>
}

interface PlacedView extends OpenView {
  readonly place: BinlogPlace
}

/** The stream, and beside it the tables that are to be read again. */
export async function* rereading(options: RereadingOptions): AsyncGenerator<SourceItem> {
  const { settings, session, covered, begun, asked, until } = options
  const isWanted = asked().length > 0 || Object.keys(begun?.left ?? {}).length > 0
  // A read that ends is to pass the view's place before.
  const firstView = until !== null && isWanted ? await openView(options) : null
  const end = until !== null && firstView !== null && comparePlaces(firstView.place, until) > 0 ? firstView.place : until
  yield* withRereads({
    source: settings.name,
    items: options.log(end),
    asked,
    begun,
    from: positionAt(session.server.epoch, covered.end),
    firstView,
    openView: () => openView(options),
    token: (token, reread) => tokenAt({ ...parseToken(token), reread }),
    onNotice: options.onNotice ?? (() => {}),
  })
}

const openView = async ({ settings, connect, session, columns }: RereadingOptions): Promise<PlacedView> => {
  const start = await startSnapshot(connect, settings, session.server)
  const tables = (await readTables(session.query, settings)).map((table) => narrowed(table, columns))
  const view = snapshotView({ settings, tables, epoch: session.server.epoch, start })
  return { view, place: start.place, close: () => connect.close(start.connection) }
}
