import type { ChangeEvent, LegacyTransaction, SourceItem } from '../../model/change-event.ts'
import type { ResumeToken } from '../../model/ids.ts'
import type { ChangeSource, ReadOptions } from '../../ports/change-source.ts'

/** A connection to the legacy database, as an application has it. Statements commit one by one, but for `begin` … `commit`. */
export interface LegacySession extends AsyncDisposable {
  readonly run: (sql: string) => Promise<void>
}

/**
 * One legacy database of its own, with these tables, of which all but `uncaptured` are captured:
 *
 * - `account (id bigint primary key, code char(8), qty int, price numeric(12,2), note text, at timestamptz, local timestamp)`;
 *   a long `note` that an update leaves alone is not sent again, if the database knows such a thing
 * - `pair (region varchar(4), no int, label text, primary key (no, region))`
 * - `uncaptured (id int primary key)`
 */
export interface ChangeSourceHarness extends AsyncDisposable {
  readonly session: () => Promise<LegacySession>
  /** A source on those tables; whoever opens it disposes of it before the next is opened. Same place every time. */
  readonly open: (options?: OpenOptions) => Promise<ChangeSource>
}

export interface OpenOptions {
  /** Buffers as small as the source allows, so that a few thousand rows are a large transaction. */
  readonly smallBuffers?: boolean
}

/** One promise of the port. Rejects when it is broken. */
export interface ContractCase {
  readonly name: string
  readonly run: (harness: ChangeSourceHarness) => Promise<void>
}

/** Everything up to now, read with a signal that is never aborted. */
export const readCurrent = async (source: ChangeSource, from: ResumeToken | null): Promise<readonly SourceItem[]> => {
  const items: SourceItem[] = []
  for await (const item of source.read({ from, signal: new AbortController().signal, until: 'current' })) items.push(item)
  return items
}

export const transactionsOf = (items: readonly SourceItem[]): readonly LegacyTransaction[] =>
  items.filter((item): item is LegacyTransaction => item.kind === 'transaction')

export const changesOf = (items: readonly SourceItem[]): readonly ChangeEvent[] =>
  transactionsOf(items).flatMap((transaction) => [...transaction.changes()])

/** The token of the last item, which covers everything before it. */
export const endOf = (items: readonly SourceItem[]): ResumeToken => {
  const last = items.at(-1)
  if (last === undefined) throw new TypeError('the source yielded nothing, not even a progress')
  return last.token
}

/** A source that stands at the end of its snapshot, what it has yielded, and a session beside it. */
export interface Started extends AsyncDisposable {
  readonly source: ChangeSource
  readonly session: LegacySession
  readonly token: ResumeToken
  /** What has come since the snapshot. */
  readonly since: () => Promise<readonly SourceItem[]>
}

/** Runs the given statements, reads the snapshot, and stands ready to read what comes then. */
export const startedAfter = async (
  harness: ChangeSourceHarness,
  options: OpenOptions & { readonly before?: readonly string[] } = {},
): Promise<Started> => {
  const session = await harness.session()
  for (const sql of options.before ?? []) await session.run(sql)
  const source = await harness.open(options)
  const token = endOf(await readCurrent(source, null))
  return {
    source,
    session,
    token,
    since: () => readCurrent(source, token),
    [Symbol.asyncDispose]: async () => {
      await source[Symbol.asyncDispose]()
      await session[Symbol.asyncDispose]()
    },
  }
}

/** A read that is ended by `stop`. */
export const readOn = (
  source: ChangeSource,
  from: ResumeToken | null,
): { readonly items: AsyncIterator<SourceItem>; readonly stop: () => void } => {
  const stop = new AbortController()
  const options: ReadOptions = { from, signal: stop.signal }
  return { items: source.read(options)[Symbol.asyncIterator](), stop: () => stop.abort() }
}
