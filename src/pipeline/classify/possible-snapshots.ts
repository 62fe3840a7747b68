import type { Scan, Snapshot } from '../../classify/input.ts'
import type { EpochMs } from '../../model/ids.ts'
import { epochMs } from '../../model/ids.ts'
import { scanPoints } from '../../shadow/scan-points.ts'
import { possibleWorlds } from '../../shadow/uncertain-order.ts'
import type { SnapshotInput } from './snapshot.ts'
import { createSnapshot } from './snapshot.ts'

/** Views of the past that are tried where it is not known which one the legacy had. */
const maxViews = 100

/** The other instants of the legacy's own transaction, where it did not lock what it read; null: it did. */
export const otherInstants = (input: SnapshotInput, snapshot: Snapshot): Scan | null => {
  const { asOf, transactions, readFrom } = input.legacy
  if (asOf === null || readFrom === null) return null
  const { reads } = snapshot.asOf
  const points = scanPoints(input.rolling.state, { reads, from: readFrom, asOf, transactions, limit: maxViews + 1 })
  const tried = points.slice(0, maxViews)
  return { isWhole: points.length <= maxViews, snapshots: made(tried.map((point) => () => createSnapshot({ ...input, point }))) }
}

/** The other orders of commits that are as possible as the log's, where clocks ordered them; null: there is none. */
export const otherOrders = (input: SnapshotInput, snapshot: Snapshot): Scan | null => {
  const { context, rolling, live, legacy } = input
  const { asOf, transactions } = legacy
  const errorMs = context.clockErrorMs ?? 0
  if (asOf === null || errorMs === 0) return null
  const { worlds, isWhole } = possibleWorlds(rolling.state, {
    reads: snapshot.asOf.reads,
    live: live.reads,
    asOf,
    committed: committedBetween(input),
    transactions,
    errorMs,
    limit: maxViews,
  })
  if (worlds.length === 0) return null
  return { isWhole, snapshots: made(worlds.map((world) => () => createSnapshot({ ...input, world }))) }
}

/** Each is made when it is first asked for, and only once. */
const made = (makers: readonly (() => Promise<Snapshot>)[]): AsyncIterable<Snapshot> => {
  const known: Promise<Snapshot>[] = []
  return {
    [Symbol.asyncIterator]: async function* () {
      for (const [at, make] of makers.entries()) {
        const one = known[at] ?? make()
        known[at] = one
        yield await one
      }
    },
  }
}

/** The commit of the decision's first own work; of several transactions only the ends are known. */
const committedBetween = ({ live, legacy }: SnapshotInput): { readonly from: EpochMs; readonly until: EpochMs } => {
  const { occurredAt, position } = live.trigger
  const answeredAt = legacy.answeredAt ?? occurredAt
  if (legacy.asOf?.position === position) return { from: occurredAt, until: occurredAt }
  return { from: legacy.transactions.length === 1 ? answeredAt : epochMs(Math.min(occurredAt, answeredAt)), until: answeredAt }
}
