import { encode } from '../../src/model/canonical.ts'
import { resumeToken } from '../../src/model/ids.ts'
import type { LogPoint } from '../../src/model/read.ts'
import type { Data } from '../../src/model/value.ts'
import { copyRows } from '../../src/store/copy-rows.ts'
import { copyLine } from '../../src/store/copy-text.ts'
import type { Figure } from '../figure.ts'
import type { BenchStore } from './bench-store.ts'
import { at, commit, context, decision, event, source } from './rows.ts'

type Client = BenchStore['client']

const rounds = 5

interface Contest {
  readonly name: string
  readonly rows: number
  readonly context: string
  /** Prepares round `round`; the functions that it gives are what is timed. */
  readonly round: (round: number) => { readonly ours: () => Promise<void>; readonly bare: () => Promise<void> }
}

/** Interleaved rounds; the first warms both up and does not count. */
const contest = async ({ name, rows, context, round }: Contest): Promise<Figure> => {
  const spent = { oursMs: 0, bareMs: 0 }
  for (let number = 0; number <= rounds; number += 1) {
    const { ours, bare } = round(number)
    const began = performance.now()
    await ours()
    const between = performance.now()
    await bare()
    if (number === 0) continue
    spent.oursMs += between - began
    spent.bareMs += performance.now() - between
  }
  const perSecond = (ms: number): number => Math.round((rows * rounds) / (ms / 1000))
  const [value, peerValue] = [perSecond(spent.oursMs), perSecond(spent.bareMs)]
  return { name, value, unit: 'rows/s', peer: 'pg COPY', peerValue, ratio: Number((value / peerValue).toFixed(3)), context }
}

/** A table like ours, with all its indexes, for the bare driver. */
const twin = async (client: Client, table: string): Promise<string> => {
  await client.query(`CREATE TABLE IF NOT EXISTS bare_${table} (LIKE banyan.${table} INCLUDING ALL)`)
  return `bare_${table}`
}

const bareCopy = async (client: Client, into: string, lines: readonly string[]): Promise<void> => {
  await client.query('BEGIN')
  await copyRows(client, into, lines)
  await client.query('COMMIT')
}

const asData = (value: object): Data => value as unknown as Data
const fair = 'same server, same table with the same indexes, lines made beforehand, one transaction; interleaved rounds'

export const changesFigure = async ({ store, client }: BenchStore): Promise<Figure> => {
  const [commits, batchCommits] = [4_000, 400]
  const into = await twin(client, 'changes')
  await store.openCapture(source)
  let expected: string | null = null
  const round: Contest['round'] = (number) => {
    const written = Array.from({ length: commits }, (_, place) => commit(number * commits + place + 1))
    const lines = written.flatMap(({ changes }) =>
      changes.map((change) =>
        copyLine([1, 1, change.ordinal, 'u', 'n', change.transaction.position, change.key, null, encode(asData(change.after ?? {})), null]),
      ),
    )
    const ours = async (): Promise<void> => {
      for (let from = 0; from < commits; from += batchCommits) {
        const part = written.slice(from, from + batchCommits)
        const last = part[part.length - 1]?.header
        if (last === undefined) continue
        const token = resumeToken(last.position)
        await store.commitCapture({
          source,
          expected: expected === null ? null : resumeToken(expected),
          cursor: { token, position: last.position, at: last.committedAt, phase: 'stream' },
          transactions: part.map((one) => one.header),
          changes: part.flatMap((one) => one.changes),
          events: [],
          journeys: [],
          deadLetters: [],
        })
        expected = token
      }
    }
    return { ours, bare: () => bareCopy(client, into, lines) }
  }
  const words = `40,000 changes of 10 columns in commits of 10, in batches of 4,000 each with its cursor, against ${fair}`
  return contest({ name: 'store.changes', rows: commits * 10, context: words, round })
}

export const eventsFigure = async ({ store, client }: BenchStore): Promise<Figure> => {
  const count = 20_000
  const into = await twin(client, 'events')
  await store.openCapture(source)
  let expected: string | null = null
  const round: Contest['round'] = (number) => {
    const events = Array.from({ length: count }, (_, place) => event(number * count + place + 1))
    const lines = events.map((one) =>
      copyLine([
        one.id,
        1,
        one.ordinal,
        1,
        one.occurredAt,
        one.position,
        one.type,
        one.key,
        one.journey,
        one.milestone,
        one.rule.name,
        encode(one.causes),
        encode(one.data),
      ]),
    )
    const ours = async (): Promise<void> => {
      for (let from = 0; from < count; from += 2_000) {
        const part = events.slice(from, from + 2_000)
        const place = at(number * count + from + 2_000)
        const cursor = { token: resumeToken(place), position: place, at: part[0]?.occurredAt ?? (0 as never), phase: 'stream' as const }
        const before = expected === null ? null : resumeToken(expected)
        await store.commitCapture({
          source,
          expected: before,
          cursor,
          transactions: [],
          changes: [],
          events: part,
          journeys: [],
          deadLetters: [],
        })
        expected = place
      }
    }
    return {
      ours,
      bare: () =>
        bareCopy(
          client,
          `${into} (id, source_id, ordinal, rule_version, occurred_at, position, type, key, journey, milestone, rule_name, causes, data)`,
          lines,
        ),
    }
  }
  return contest({
    name: 'store.events',
    rows: count,
    context: `20,000 events, idempotent by id, in batches of 2,000, against ${fair}`,
    round,
  })
}

export const decisionsFigure = async ({ store, client }: BenchStore): Promise<Figure> => {
  const count = 10_000
  const into = await twin(client, 'decisions')
  let expected: LogPoint | null = null
  const round: Contest['round'] = (number) => {
    const decisions = Array.from({ length: count }, (_, place) => decision(number * count + place + 1))
    const lines = decisions.map((one) => copyLine([one.id, one.context, encode(asData(one))]))
    const ours = async (): Promise<void> => {
      for (let from = 0; from < count; from += 1_000) {
        const next = { position: at(number * count + from + 1_000), ordinal: 0 }
        await store.commitShadow({ context, expected, next, decisions: decisions.slice(from, from + 1_000) })
        expected = next
      }
    }
    return { ours, bare: () => bareCopy(client, `${into} (id, context, body)`, lines) }
  }
  const words = `10,000 decisions with two reads each (about 1.5 kB), written once by id, in batches of 1,000, against ${fair}`
  return contest({ name: 'store.decisions', rows: count, context: words, round })
}
