import { createReadStream } from 'node:fs'
import process from 'node:process'
import type { ChangeEvent } from '../../src/model/change-event.ts'
import type { LegacyDecision, LiveDecision } from '../../src/model/decision.ts'
import type { ContextName, DecisionId, EpochMs, EventId, JourneyKey, Position, RowKey, SourceName, TableName } from '../../src/model/ids.ts'
import { contextName, epochMs, sourceName, tableName } from '../../src/model/ids.ts'
import { contextsFor, stream } from '../../src/shadow/define-context.ts'
import { pending } from '../../src/model/context.ts'
import type { Observation } from '../../src/model/observation.ts'
import { createClassifyOne } from '../../src/pipeline/classify/classify-one.ts'
import { createVersionState } from '../../src/shadow/version-state.ts'
import type { DecisionLine, VersionLine } from './archive.ts'

interface Shop {
  stock: { sku: string; free: number; held: number }
  answer: { ord: string }
}

const { defineContext, projection } = contextsFor<Shop>()

const context = defineContext('promise', {
  on: 'order.placed',
  reads: {
    stock: projection({
      kind: 'state',
      from: 'stock',
      key: (row) => row.sku,
      value: ({ free, held }) => ({ free, held }),
      feed: stream(),
    }),
  },
  candidate: async (order: { readonly sku: string; readonly qty: number }, { stock }): Promise<{ qty: number }> => {
    const found = await stock.get(order.sku)
    return { qty: found === undefined ? 0 : Math.min(order.qty, Math.max(0, found.free - found.held)) }
  },
  legacy: { watch: { answer: (row) => row.ord }, answer: () => pending },
  answersWithin: '15 min',
  settlesWithin: '5 s',
})

const source: SourceName = sourceName('bench')
const stock: TableName = tableName('stock')
const name: ContextName = contextName('promise')
const decidedOf = (qty: number): Observation => ({ kind: 'decided', answer: { qty }, effects: [] })

const changeOf = ([, position, at, sku, free, held]: VersionLine): ChangeEvent => ({
  transaction: {
    source,
    position: position as Position,
    id: position,
    beganAt: null,
    committedAt: epochMs(at),
    capturedAt: epochMs(at),
    count: 1,
    snapshot: false,
  },
  ordinal: 1,
  op: 'update',
  table: stock,
  key: sku as RowKey,
  before: null,
  after: { sku, free, held },
  beforeKind: 'none',
  omitted: [],
})

const decisionOf = (line: DecisionLine): { readonly live: LiveDecision; readonly legacy: LegacyDecision } => {
  const [, id, key, qty, channel, position, at, legacyQty, legacyPosition, liveQty, liveAt, frontier, entries] = line
  const trigger = {
    id: id as EventId,
    type: 'order.placed',
    source,
    key: key as JourneyKey,
    data: { sku: entries[0]?.[0] ?? '', qty, channel },
    occurredAt: at as EpochMs,
    position: position as Position,
    ordinal: 0,
    journey: null,
    milestone: null,
    rule: { name: 'order.placed', version: 1 },
    causes: [],
  }
  const point = { position: legacyPosition as Position, ordinal: 0 }
  return {
    live: {
      id: id as DecisionId,
      context: name,
      trigger,
      candidateVersion: context.candidateVersion,
      observation: decidedOf(liveQty),
      reads: [
        {
          projection: 'stock',
          kind: 'key',
          key: entries[0]?.[0] ?? '',
          entries: entries.map(([entry, free, held, version, committedAt]) => ({
            key: entry,
            value: { free, held },
            version: { position: version as Position, ordinal: 1, committedAt: committedAt as EpochMs },
          })),
          feed: 'stream',
          frontier: frontier as Position,
          readAt: liveAt as EpochMs,
        },
      ],
      decidedAt: liveAt as EpochMs,
      tookMs: 0,
    },
    legacy: {
      id: id as DecisionId,
      context: name,
      trigger,
      state: 'settled',
      revision: 1,
      observation: decidedOf(legacyQty),
      firstObservation: null,
      transactions: [point],
      asOf: point,
      readFrom: null,
      decidedAt: at as EpochMs,
      answeredAt: at as EpochMs,
    },
  }
}

/** A decision is classified when the log has been read so far beyond it as a live read can look ahead. */
const batch = 500

const [lineEnd, comma] = [10, 44]

/** Whole lines of JSON, all at once: to parse them one by one takes longer. JSON never holds a line's end itself. */
const linesIn = (bytes: Buffer): readonly (VersionLine | DecisionLine)[] => {
  for (let at = bytes.indexOf(lineEnd); at >= 0; at = bytes.indexOf(lineEnd, at + 1)) bytes[at] = comma
  return JSON.parse(`[${bytes.toString('utf8')}]`) as readonly (VersionLine | DecisionLine)[]
}

/** Reads an archive from disk and classifies all of it: one process, one thread. Prints what it took. */
const classifyArchive = async (file: string): Promise<void> => {
  const state = createVersionState(context.reads)
  const classifyOne = createClassifyOne(context, {
    state,
    advance: async () => undefined,
    forget: () => undefined,
    keptFrom: () => null,
  })
  const { signal } = new AbortController()
  const found: Record<string, number> = {}
  let waiting: { readonly live: LiveDecision; readonly legacy: LegacyDecision }[] = []
  let decisions = 0
  const classifyWaiting = async (): Promise<void> => {
    const first = waiting[0]?.legacy.asOf
    for (const decision of waiting) {
      const { finding } = await classifyOne(decision, signal)
      const cause = finding.kind === 'caused' ? (finding.causes[0] ?? '') : finding.kind === 'agreed' ? 'agreed' : finding.reason
      found[cause] = (found[cause] ?? 0) + 1
    }
    decisions += waiting.length
    waiting = []
    if (first !== undefined && first !== null) state.prune({ stream: first, external: null })
  }
  const startedMs = performance.now()
  const cpu = process.cpuUsage()
  let rest = Buffer.alloc(0)
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) {
    const bytes = Buffer.concat([rest, chunk as Buffer])
    const end = Math.max(0, bytes.lastIndexOf(lineEnd))
    for (const line of linesIn(bytes.subarray(0, end))) {
      if (line[0] === 'v') state.apply(changeOf(line))
      else if (waiting.push(decisionOf(line)) >= batch) await classifyWaiting()
    }
    rest = bytes.subarray(end === 0 ? 0 : end + 1)
  }
  await classifyWaiting()
  const ms = performance.now() - startedMs
  const { user, system } = process.cpuUsage(cpu)
  process.stdout.write(
    JSON.stringify({ decisions, ms, cpuMs: (user + system) / 1_000, found, rssMiB: process.memoryUsage().rss / 1_048_576 }),
  )
}

await classifyArchive(process.argv[2] ?? '')
