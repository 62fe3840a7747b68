import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postgres } from '../../../../adapters/postgres/change-source.ts'
import { hashed } from '../../../../src/capture.ts'
import { legacySchema } from '../../../../src/legacy-schema.ts'
import type { ChangeEvent } from '../../../../src/model/change-event.ts'
import { pending } from '../../../../src/model/context.ts'
import { contextName } from '../../../../src/model/ids.ts'
import { endOfLog } from '../../../../src/model/log-point.ts'
import { guardedSource } from '../../../../src/pipeline/guard/guarded-source.ts'
import { run } from '../../../../src/pipeline/run.ts'
import type { ChangeSource } from '../../../../src/ports/change-source.ts'
import { openStore } from '../../../../src/store/open.ts'
import type { FreshDatabase } from '../../../support/fresh-database.ts'
import { dropSlot, freshDatabase } from '../../../support/fresh-database.ts'

interface Shop {
  req: { no: number; sts: string }
  ans: { no: number; req_no: number; sts: string; note: string; mail: string; hid: string }
}
const { rule, defineContext, masking, filters } = legacySchema<Shop>()

const rules = [
  rule('request.made', {
    version: 1,
    owner: 'test',
    when: (tx) => tx.created('req'),
    emit: ({ no }) => ({ key: String(no), data: { no } }),
  }),
  rule('answer.seen', {
    version: 1,
    owner: 'test',
    when: (tx) => tx.changes('ans').map((change) => ({ change })),
    emit: ({ change: { op, before, beforeKind } }) => ({ key: 'seen', data: { op, beforeKind, sts: before?.['sts'] ?? null } }),
  }),
  rule('answer.released', {
    version: 1,
    owner: 'test',
    when: (tx) => tx.transitioned('ans', 'sts', { from: 'N' }),
    emit: ({ no, sts }) => ({ key: String(no), data: { sts } }),
  }),
]

/** Answers only when a status really changed, or when the row that is deleted had one. */
const promise = defineContext('promise', {
  on: 'request.made',
  reads: {},
  candidate: () => 'none',
  legacy: {
    watch: { ans: (row) => (row.req_no === undefined ? null : String(row.req_no)) },
    answer: (transactions) => {
      const told = transactions.flatMap((tx) => [
        ...tx.transitioned('ans', 'sts').map((row) => `to ${row.sts}`),
        ...tx.deleted('ans').map((row) => `deleted as ${row.sts}`),
      ])
      return told.length === 0 ? pending : told.join(', ')
    },
  },
  answersWithin: '1 h',
  settlesWithin: '1 s',
})

let database: FreshDatabase
let client: pg.Client
const sql = async (text: string): Promise<void> => void (await client.query(text))

beforeAll(async () => {
  database = await freshDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await sql(`CREATE TABLE req (no int PRIMARY KEY, sts text);
    CREATE TABLE ans (no int PRIMARY KEY, req_no int NOT NULL, sts text NOT NULL, note text, mail text, hid text);
    ALTER TABLE ans ALTER note SET STORAGE EXTERNAL;
    INSERT INTO ans SELECT n, n, 'N', repeat('long ', 1000), 'clear@' || n, 'hidden' FROM generate_series(1, 5) n`)
})
afterAll(async () => {
  await dropSlot(database.url, database.name)
  await client.end()
  await database.drop()
})

const source = (): ChangeSource =>
  guardedSource(
    postgres({
      name: 'shop',
      url: database.url,
      tables: ['req', 'ans'],
      slot: database.name,
      publication: 'shop',
      createPublication: true,
    }),
    {
      masking: masking({ key: 'a key of the environment, long enough', tables: { ans: { columns: { mail: hashed() } } } }),
      filters: filters({ ans: { except: ['hid'] } }),
    },
  )

test('where the log has no old row (REPLICA IDENTITY DEFAULT), rules and answers get it from the versions, batch by batch and in one', {
  timeout: 60_000,
}, async () => {
  const storeAt = await freshDatabase()
  const runOnce = async (): Promise<void> => {
    await using store = await openStore({ url: storeAt.url })
    await using shop = source()
    const config = { source: shop, rules, journeys: [], contexts: [promise], time: null }
    await run({ config, store, signal: new AbortController().signal, once: true })
  }
  try {
    await runOnce()
    await sql(`INSERT INTO req SELECT n, 'N' FROM generate_series(1, 5) n`)
    await sql(`UPDATE ans SET note = note || '!' WHERE no = 1`)
    await sql(`UPDATE ans SET sts = 'A' WHERE no = 1`)
    await sql(`UPDATE ans SET sts = 'B' WHERE no = 1; UPDATE ans SET sts = 'C' WHERE no = 2; DELETE FROM ans WHERE no = 2`)
    await runOnce()
    await sql(`UPDATE ans SET no = 30 WHERE no = 3; UPDATE ans SET sts = 'D' WHERE no = 30`)
    await sql(`INSERT INTO ans VALUES (6, 4, 'N', 'n', 'clear', 'hidden'); UPDATE ans SET sts = 'E' WHERE no = 6`)
    await sql(`UPDATE ans SET req_no = 5 WHERE no = 4`)
    await runOnce()

    await using store = await openStore({ url: storeAt.url })
    const { name } = source()
    const changes = await store.readChanges({ source: name, after: null, upTo: endOfLog.position, limit: 1_000 })
    const told = ({ op, beforeKind, before }: ChangeEvent): readonly unknown[] => [op, beforeKind, before?.['no'], before?.['sts']]
    const answers = changes.filter((change) => change.table === 'ans' && change.op !== 'read')
    expect(answers.map(told)).toEqual([
      ['update', 'filled', 1, 'N'],
      ['update', 'filled', 1, 'N'],
      ['update', 'filled', 1, 'A'],
      ['update', 'filled', 2, 'N'],
      ['delete', 'filled', 2, 'C'],
      ['delete', 'filled', 3, 'N'],
      ['create', 'none', undefined, undefined],
      ['update', 'filled', 30, 'N'],
      ['create', 'none', undefined, undefined],
      ['update', 'filled', 6, 'N'],
      ['update', 'filled', 4, 'N'],
    ])
    // Whole, masked as all that is stored, and without the columns that are left out.
    const masked = changes.find(({ op, after }) => op === 'read' && after?.['no'] === 1)?.after
    expect(answers[0]?.before).toEqual(masked)
    expect(masked?.['mail']).not.toContain('clear')
    expect(Object.keys(answers[4]?.before ?? {}).sort()).toEqual(['mail', 'no', 'note', 'req_no', 'sts'])
    expect(answers[1]?.after?.['note']).toBe(`${'long '.repeat(1000)}!`)

    const events = await store.readEvents({
      source: name,
      types: ['answer.seen', 'answer.released'],
      after: null,
      upTo: endOfLog.position,
      limit: 1_000,
    })
    const said = (type: string): readonly unknown[] => events.filter((event) => event.type === type).map(({ data }) => data)
    expect(said('answer.seen')).toEqual(answers.map(({ op, beforeKind, before }) => ({ op, beforeKind, sts: before?.['sts'] ?? null })))
    expect(said('answer.released')).toEqual(['A', 'C', 'D', 'E'].map((sts) => ({ sts })))

    const decisions = new Map<string, unknown>()
    for await (const part of store.archive(contextName('promise')))
      for (const { live, legacy } of part) decisions.set(live.trigger.key, legacy.observation)
    expect(Object.fromEntries(decisions)).toMatchObject({
      1: { answer: 'to A, to B' },
      2: { answer: 'to C, deleted as C' },
      3: { answer: 'to D, deleted as N' },
      4: { answer: 'to E' },
    })
    expect(decisions.get('5')).toMatchObject({ kind: 'absent' })
    expect(await store.deadLetters(10)).toEqual([])
  } finally {
    await storeAt.drop()
  }
})
