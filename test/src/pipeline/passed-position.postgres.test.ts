import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { journey, legacySchema, pending, stream } from '../../../src/index.ts'
import type { ChangeEvent, SourceItem, TransactionHeader } from '../../../src/model/change-event.ts'
import { contextName, epochMs, position, resumeToken, rowKey, sourceName, tableName } from '../../../src/model/ids.ts'
import type { Row } from '../../../src/model/value.ts'
import type { PairedDecision } from '../../../src/model/paired-decision.ts'
import type { PipelineConfig } from '../../../src/pipeline/config.ts'
import { run } from '../../../src/pipeline/run.ts'
import type { ChangeSource } from '../../../src/ports/change-source.ts'
import { shadowStage } from '../../../src/ports/shadow-store.ts'
import type { Store } from '../../../src/ports/store.ts'
import { seededRandom } from '../../../src/shadow/random.ts'
import { openStore } from '../../../src/store/open.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import { emptyStore } from '../store/empty-store.ts'

/** A claim that is not settled in time is handed to somebody; the candidate decides to whom when the limit passes. */
interface Claims {
  claim: { no: string; cents: number }
  settled: { no: string }
  handed: { no: string; to: string }
}

const source = sourceName('claims')
const context = contextName('hand-over')
const { rule, defineContext, projection } = legacySchema<Claims>()
const claim = journey('claim', { milestones: { opened: 'claim.opened', settled: 'claim.settled' }, limits: { settled: '10 s' } })
const opened = rule('claim.opened', {
  version: 1,
  owner: 'claims',
  journey: claim,
  when: (tx) => tx.created('claim'),
  emit: (row) => ({ key: row.no, data: { cents: row.cents } }),
})
const settled = rule('claim.settled', {
  version: 1,
  owner: 'claims',
  journey: claim,
  when: (tx) => tx.created('settled'),
  emit: (row) => ({ key: row.no, data: {} }),
})

const configOf = (from: ChangeSource): PipelineConfig => ({
  source: from,
  rules: [opened, settled],
  journeys: [claim],
  contexts: [
    defineContext('hand-over', {
      on: 'claim.settled-overdue',
      reads: {
        claims: projection({ kind: 'state', from: 'claim', key: (row) => row.no, value: (row) => row.cents, feed: stream() }),
      },
      candidate: async (): Promise<{ to: string }> => ({ to: 'desk' }),
      version: '1',
      legacy: {
        watch: { handed: (row) => row.no },
        answer: (transactions) => {
          const row = transactions.flatMap((tx) => [...tx.created('handed')])[0]
          return row === undefined ? pending : { to: row.to }
        },
      },
      answersWithin: '30 s',
      settlesWithin: '5 s',
    }),
  ],
  time: null,
})

type Step = {
  readonly at: number
  readonly writes: readonly { readonly table: keyof Claims; readonly row: Row & { readonly no: string } }[]
}

const placeOf = (number: number): TransactionHeader['position'] => position(`e1:${String(number).padStart(6, '0')}`)

/** Steps as a source tells them: one without writes is a moment in which nothing happens, at the place of the last commit. */
const itemsOf = (steps: readonly Step[]): readonly SourceItem[] => {
  let commits = 0
  return steps.map(({ at, writes }, index): SourceItem => {
    const token = resumeToken(String(index + 1))
    if (writes.length === 0) return { kind: 'progress', token, position: placeOf(commits), at: epochMs(at) }
    commits += 1
    const committed = { source, position: placeOf(commits), id: String(commits), beganAt: null, snapshot: false, count: writes.length }
    const header = { ...committed, committedAt: epochMs(at), capturedAt: epochMs(at) }
    const changes = writes.map(({ table, row }, ordinal): ChangeEvent => {
      const own = { ordinal, op: 'create', table: tableName(table), key: rowKey(JSON.stringify([row.no])) } as const
      return { transaction: header, ...own, before: null, after: row, beforeKind: 'none', omitted: [] }
    })
    return { kind: 'transaction', header, token, changes: () => changes }
  })
}

/** `before` is awaited before each step is told. */
const sourceOf = (steps: readonly Step[], before: (signal: AbortSignal) => Promise<void> = async () => undefined): ChangeSource => {
  const items = itemsOf(steps)
  const tables = { claim: ['no', 'cents'], settled: ['no'], handed: ['no', 'to'] }
  return {
    name: source,
    read: async function* ({ from, signal }) {
      for (let index = Number(from ?? 0); index < items.length; index++) {
        await before(signal)
        const item = items[index]
        if (signal.aborted || item === undefined) return
        yield item
      }
    },
    acknowledge: () => undefined,
    preflight: async () => [],
    tables: async () =>
      Object.entries(tables).map(([name, columns]) => ({
        name: tableName(name),
        columns: columns.map((column, at) => ({ name: column, type: 'text', nullable: false, keyOrder: at === 0 ? 1 : null })),
      })),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** What was decided of each claim, by both sides, and how it was judged. */
const outcomeOf = async (store: Store): Promise<readonly object[]> => {
  const outcome: PairedDecision[] = []
  for await (const part of store.archive(context)) outcome.push(...part)
  const { triggers, live, open, settled: closed, verdicts } = await store.decisionTotals(context, 'claim.settled-overdue')
  const told = outcome
    .toSorted((a, b) => (a.legacy.id < b.legacy.id ? -1 : 1))
    .map(({ live: own, legacy, verdict }) => ({
      key: own.trigger.key,
      answer: own.observation,
      legacy,
      finding: verdict?.finding,
      differences: verdict?.liveDifferences,
    }))
  return [{ triggers, live, open, closed, verdicts }, ...told]
}

const runOn = (store: Store, from: ChangeSource): Promise<void> =>
  run({ config: configOf(from), store, signal: new AbortController().signal })

/** Until both stages have done what is captured, as if the source rested for long. */
const caughtUp = async (store: Store, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const [captured, shadowed, paired] = [
      await store.captureCursor(source),
      await store.stageCursor(shadowStage(context)),
      await store.pairCursor(context),
    ]
    if (captured === null || (shadowed?.position === captured.position && paired?.at.position === captured.position)) return
    await sleep(10)
  }
}

const { store } = emptyStore()
const draws = process.env['BANYAN_SOAK'] === undefined ? 4 : 60

test('a limit that passes while the source is idle triggers its decision, though the stages have passed the place', async () => {
  const steps: readonly Step[] = [
    // The hand-over that comes with the claim itself is no answer to a limit that passes later.
    {
      at: 1_000,
      writes: [
        { table: 'claim', row: { no: 'A', cents: 5 } },
        { table: 'handed', row: { no: 'A', to: 'clerk' } },
      ],
    },
    { at: 5_000, writes: [] },
    { at: 20_000, writes: [] },
    { at: 21_000, writes: [{ table: 'handed', row: { no: 'A', to: 'desk' } }] },
    { at: 90_000, writes: [] },
  ]
  await runOn(
    store(),
    sourceOf(steps, (signal) => caughtUp(store(), signal)),
  )
  const outcome = await outcomeOf(store())
  expect(outcome[0]).toEqual({ triggers: 1, live: 1, open: 0, closed: 1, verdicts: 1 })
  expect(outcome[1]).toMatchObject({
    key: 'A',
    legacy: { state: 'settled', observation: { kind: 'decided', answer: { to: 'desk' } }, asOf: { position: placeOf(2), ordinal: 0 } },
    finding: { kind: 'agreed' },
  })
  await using undisturbed = await openAnew()
  await runOn(undisturbed, sourceOf(steps))
  expect(await outcomeOf(undisturbed)).toEqual(outcome)
})

test('the last word of a source that ends may be one', async () => {
  const steps: readonly Step[] = [
    { at: 1_000, writes: [{ table: 'claim', row: { no: 'A', cents: 5 } }] },
    { at: 20_000, writes: [] },
  ]
  await runOn(
    store(),
    sourceOf(steps, (signal) => caughtUp(store(), signal)),
  )
  expect((await outcomeOf(store()))[0]).toEqual({ triggers: 1, live: 1, open: 0, closed: 1, verdicts: 1 })
})

/** A week of claims in small: opened, settled in time, too late or never, handed over before and after the limit. */
const drawn = (seed: number): readonly Step[] => {
  const random = seededRandom(`claims ${seed}`)
  const steps: Step[] = []
  let at = 0
  let claims = 0
  for (let step = 0; step < 60; step++) {
    at += Math.floor(random() * 5_000)
    const writes: Step['writes'][number][] = []
    const some = (): string => `C${Math.floor(random() * (claims + 1))}`
    while (random() < 0.5) {
      const table = (['claim', 'settled', 'handed', 'handed'] as const)[Math.floor(random() * 4)]
      if (table === undefined) continue
      if (table === 'claim') claims += 1
      const no = table === 'claim' ? `C${claims}` : some()
      writes.push({
        table,
        row: table === 'claim' ? { no, cents: step } : table === 'settled' ? { no } : { no, to: random() < 0.5 ? 'desk' : 'clerk' },
      })
    }
    steps.push({ at, writes })
  }
  return steps
}

/** A store that breaks down before or after some commits of the stages. */
const breaking = (whole: Store, breaks: () => 'before' | 'after' | null): Store => {
  const broken =
    <Batch>(commit: (batch: Batch) => Promise<void>) =>
    async (batch: Batch): Promise<void> => {
      const now = breaks()
      if (now === 'before') throw new Error('power loss')
      await commit(batch)
      if (now === 'after') throw new Error('power loss')
    }
  return {
    ...whole,
    commitCapture: broken(whole.commitCapture),
    commitShadow: broken(whole.commitShadow),
    commitPairs: broken(whole.commitPairs),
  }
}

describe('what is decided is the same wherever the input rests, batches are cut and the run breaks down', () => {
  test.each(Array.from({ length: draws }, (_, draw) => draw + 1))('draw %i', async (seed) => {
    const steps = drawn(seed)
    await using undisturbed = await openAnew()
    await runOn(undisturbed, sourceOf(steps))
    const expected = await outcomeOf(undisturbed)
    expect(expected.length).toBeGreaterThan(5)

    const random = seededRandom(`weather ${seed}`)
    let [commits, breakdowns] = [0, 0]
    const weak = breaking(store(), () => {
      commits += 1
      const isNow = commits === 4 || (breakdowns < 8 && random() < 0.1)
      return isNow ? (random() < 0.5 ? 'before' : 'after') : null
    })
    const from = sourceOf(steps, async (signal) => (random() < 0.6 ? caughtUp(store(), signal) : undefined))
    for (;;) {
      try {
        await runOn(weak, from)
        break
      } catch (cause) {
        if (!(cause instanceof Error) || cause.message !== 'power loss') throw cause
        breakdowns += 1
      }
    }
    expect(breakdowns).toBeGreaterThan(0)
    expect(await outcomeOf(store())).toEqual(expected)
  })
})

/** Another store, in a database of its own. */
const openAnew = async (): Promise<Store & AsyncDisposable> => {
  const database = await freshDatabase()
  const anew = await openStore({ url: database.url })
  return {
    ...anew,
    [Symbol.asyncDispose]: async () => {
      await anew[Symbol.asyncDispose]()
      await database.drop()
    },
  }
}
