import type { LegacyTransaction, SourceItem } from '../../model/change-event.ts'
import type { Context } from '../../model/context.ts'
import type { LiveDecision } from '../../model/decision.ts'
import { resumeToken } from '../../model/ids.ts'
import type { RecordedRead } from '../../model/read.ts'
import type { ArchiveReader } from '../../ports/archive-reader.ts'
import type { ChangeLog } from '../../ports/change-log.ts'
import type { ChangeSource } from '../../ports/change-source.ts'
import type { DecidedLine, DeliveryLine, FrontierLine } from '../../ports/delivery-source.ts'
import { changesBetween } from '../follow.ts'
import { byTransaction } from '../transactions.ts'

/** What a live run captured, as a change source that can be read again: the same positions, values and instants in the source's time. */
export const storedTransactions = (input: { readonly source: ChangeSource; readonly store: ChangeLog }): ChangeSource => {
  const { source, store } = input
  return {
    name: source.name,
    isRecorded: true,
    read: ({ signal }) => readStored(store, source, signal),
    acknowledge: () => undefined,
    preflight: async () => [],
    tables: source.tables,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

async function* readStored(store: ChangeLog, { name: source }: ChangeSource, signal: AbortSignal): AsyncGenerator<SourceItem, undefined> {
  const cursor = await store.captureCursor(source)
  if (cursor === null) return
  for await (const changes of changesBetween({ log: store, source, after: null, upTo: cursor.position })) {
    if (signal.aborted) return
    for (const { header, changes: rows } of byTransaction(changes)) yield stored(header, rows)
  }
  yield { kind: 'progress', token: cursor.token, position: cursor.position, at: cursor.at }
}

/** The parts of a snapshot were stored under one header. */
const stored = (header: LegacyTransaction['header'], changes: ReturnType<typeof byTransaction>[number]['changes']): LegacyTransaction => {
  const whole = { ...header, count: changes.length }
  const own = changes.map((change) => ({ ...change, transaction: whole }))
  return { kind: 'transaction', header: whole, token: resumeToken(header.position), changes: () => own }
}

/** What the live decisions of a context tell of its stores, and when each decision was taken. In the archive's order, not that of time. */
export async function* storedDeliveries(input: {
  readonly context: Context
  readonly store: ArchiveReader
  /** False: the candidate is to be asked anew, about what had been delivered. */
  readonly withAnswers: boolean
}): AsyncGenerator<DeliveryLine, undefined> {
  const { context, store, withAnswers } = input
  const frontiers = new Map<string, FrontierLine>()
  for await (const part of store.archive(context.name)) {
    for (const { live } of part) {
      yield* seenBy(context, live.reads, frontiers)
      yield decidedLine(context, live, withAnswers)
    }
  }
}

/** A frontier never goes back, so it need not be told again; a value may, so that each one that was read is told. */
function* seenBy(
  context: Context,
  reads: readonly RecordedRead[],
  frontiers: Map<string, FrontierLine>,
): Generator<DeliveryLine, undefined> {
  for (const { projection: name, entries, frontier, readAt: at } of reads) {
    const projection = `${context.name}/${name}`
    if (frontier === null) {
      for (const { key, value } of entries) yield { kind: 'delivered', projection, key, value, at }
      continue
    }
    const last = frontiers.get(name)
    if (last?.position === frontier && last.at <= at) continue
    const line: FrontierLine = { kind: 'frontier', projection, position: frontier, at }
    frontiers.set(name, line)
    yield line
  }
}

const decidedLine = (context: Context, live: LiveDecision, withAnswers: boolean): DecidedLine => {
  const { observation, reads, candidateVersion, tookMs, decidedAt: at } = live
  const answer = withAnswers ? { live: { observation, reads, candidateVersion, tookMs } } : {}
  const late = reads.filter((read) => read.readAt !== at)
  const readAt = withAnswers || late.length === 0 ? {} : { readAt: Object.fromEntries(late.map((read) => [read.projection, read.readAt])) }
  return { kind: 'decided', context: context.name, key: live.trigger.key, at, ...readAt, ...answer }
}
