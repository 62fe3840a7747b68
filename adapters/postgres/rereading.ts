import process from 'node:process'
import type { SourceItem } from '../../src/model/change-event.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import type { OpenView } from '../log/reread.ts'
import { withRereads } from '../log/reread.ts'
import type { RereadProgress } from '../log/reread-progress.ts'
import { readCatalogue } from './catalogue.ts'
import type { Connections } from './connect.ts'
import { narrowed } from './initial-snapshot.ts'
import { parseToken, positionAt, tokenAt } from './lsn.ts'
import type { Settings } from './options.ts'
import { createSlot } from './slot.ts'
import { adoptSnapshot, snapshotView } from './snapshot.ts'

export interface RereadingOptions extends Pick<ReadOptions, 'columns' | 'onNotice'> {
  readonly settings: Settings
  readonly connect: Connections
  readonly epoch: string
  /** Where the stream starts. */
  readonly start: bigint
  readonly begun: RereadProgress | null
  readonly asked: () => ReturnType<NonNullable<ReadOptions['reread']>>
  /** Where the stream ends; null: never. */
  readonly until: bigint | null
  readonly log: (until: bigint | null) => AsyncIterable<SourceItem>
}

interface PlacedView extends OpenView {
  readonly consistentPoint: bigint
}

/** The stream, and beside it the tables that are to be read again. */
export async function* rereading(options: RereadingOptions): AsyncGenerator<SourceItem> {
  const { settings, epoch, start, begun, asked, until } = options
  const isWanted = asked().length > 0 || Object.keys(begun?.left ?? {}).length > 0
  // A read that ends is to pass the view's place before.
  const firstView = until !== null && isWanted ? await openView(options) : null
  const end = until !== null && firstView !== null && firstView.consistentPoint > until ? firstView.consistentPoint : until
  yield* withRereads({
    source: settings.name,
    items: options.log(end),
    asked,
    begun,
    from: positionAt(epoch, start - 1n),
    firstView,
    openView: () => openView(options),
    token: (token, reread) => tokenAt({ ...parseToken(token), reread }),
    onNotice: options.onNotice ?? (() => {}),
  })
}

/** The view of a slot that lives for a moment: its place in the log is exact, and nothing keeps the log for it. */
const openView = async ({ settings, connect, epoch, columns }: RereadingOptions): Promise<PlacedView> => {
  const replication = await connect.open('replication')
  const slot = await createSlot(replication, `${settings.slot}_${process.pid}`, true)
  const adopted = await adoptSnapshot(connect, settings, slot)
  connect.close(replication)
  const query = await connect.open('query')
  const catalogue = await readCatalogue(query, settings)
  connect.close(query)
  const tables = catalogue.tables.map((table) => narrowed(table, columns))
  const view = snapshotView({ ...adopted, settings, catalogue: { ...catalogue, tables }, epoch, slot })
  return { view, consistentPoint: slot.consistentPoint, close: () => connect.close(adopted.client) }
}
