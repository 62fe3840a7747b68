import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postgres } from '../../../../adapters/postgres/change-source.ts'
import { hashed, keepFormat, mailDomain, redact } from '../../../../src/capture.ts'
import { legacySchema } from '../../../../src/legacy-schema.ts'
import type { BanyanError } from '../../../../src/model/errors.ts'
import { endOfLog } from '../../../../src/model/log-point.ts'
import { guardedSource } from '../../../../src/pipeline/guard/guarded-source.ts'
import { run } from '../../../../src/pipeline/run.ts'
import type { ChangeSource } from '../../../../src/ports/change-source.ts'
import { openStore } from '../../../../src/store/open.ts'
import type { FreshDatabase } from '../../../support/fresh-database.ts'
import { freshDatabase } from '../../../support/fresh-database.ts'

interface Person {
  id: string
  nm: string
  mail: string
  note: string
  region: string
  mail_domain: string | null
}
interface Shop {
  cust: Person
  emp: Person
  ord: { no: number; cust_id: string }
}
const { rule, masking } = legacySchema<Shop>()
const key = 'a key of the environment, long enough'
const columns = { id: hashed(), nm: redact(), mail: keepFormat(), note: hashed() }
const table = { columns, derive: { mail_domain: mailDomain('mail') } }
const policy = { key, tables: { cust: table, emp: table, ord: { columns: { cust_id: hashed() } } } }

/** Words that are in the legacy's rows, and nowhere else. */
const clear = ['CLEARKEY', 'Clearname', 'clear.mail', 'clearnote']
const known = 'KNOWNREGION'

const told = rule('person.changed', {
  version: 1,
  owner: 'test',
  when: (tx) => tx.updated('cust'),
  emit: (row) => ({ key: row.id, data: { ...row } }),
})
const broken = rule('person.broken', {
  version: 1,
  owner: 'test',
  when: (tx) => tx.created('cust'),
  emit: (row) => {
    throw new TypeError(`cannot say anything of ${JSON.stringify(row)}`)
  },
})

let folder = ''
let database: FreshDatabase
let client: pg.Client

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-masked-'))
  // Else the private server, which is not root, would keep its data elsewhere.
  await chmod(folder, 0o755)
  database = await freshDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const person = '(id char(12) PRIMARY KEY, nm text NOT NULL, mail varchar(60), note text, region text)'
  await client.query(`CREATE TABLE cust ${person}; CREATE TABLE emp ${person}; CREATE TABLE ord (no int PRIMARY KEY, cust_id varchar(12));
    ALTER TABLE cust ALTER note SET STORAGE EXTERNAL; ALTER TABLE emp ALTER note SET STORAGE EXTERNAL; ALTER TABLE emp REPLICA IDENTITY FULL`)
})
afterAll(async () => {
  await client.end()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const source = (): ChangeSource =>
  guardedSource(
    postgres({
      name: 'shop',
      url: database.url,
      tables: ['cust', 'emp', 'ord'],
      createPublication: true,
      slot: database.name,
      publication: 'masked',
      snapshotChunkBytes: 512,
    }),
    { masking: masking(policy), filters: null },
  )

const runOnce = async (): Promise<void> => {
  await using store = await openStore({ folder: join(folder, 'store') })
  await using shop = source()
  await run({
    config: { source: shop, rules: [told, broken], journeys: [], contexts: [], time: null },
    store,
    signal: new AbortController().signal,
    once: true,
  })
}

const insert = async (tableName: string, from: number, count: number): Promise<void> => {
  for (let n = from; n < from + count; n += 1) {
    const values = [`CLEARKEY${n}`, `Clearname ${n}`, `clear.mail${n}@shop.example`, 'clearnote '.repeat(400), known]
    await client.query(`INSERT INTO ${tableName} VALUES ($1, $2, $3, $4, $5)`, values)
  }
}

const filesWith = async (path: string, words: readonly string[]): Promise<readonly string[]> => {
  const found: string[] = []
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    for (const word of words) if (bytes.includes(word)) found.push(`${entry.name}: ${word}`)
  }
  return found
}

test('nothing clear is stored of masked columns: snapshot, stream, old rows, keys, omitted columns, dead letters, files', {
  timeout: 60_000,
}, async () => {
  for (const name of ['cust', 'emp']) await insert(name, 0, 20)
  await client.query(`INSERT INTO ord VALUES (1, 'CLEARKEY3')`)
  await runOnce()
  for (const name of ['cust', 'emp']) {
    await insert(name, 20, 3)
    await client.query(`UPDATE ${name} SET region = region WHERE id = 'CLEARKEY1'`)
    await client.query(`UPDATE ${name} SET id = 'CLEARKEY99', nm = 'Clearname of another' WHERE id = 'CLEARKEY2'`)
    await client.query(`DELETE FROM ${name} WHERE id = 'CLEARKEY4'`)
  }
  await runOnce()

  await using store = await openStore({ folder: join(folder, 'store') })
  const { name: sourceName } = source()
  const changes = await store.readChanges({ source: sourceName, after: null, upTo: endOfLog.position, limit: 1_000 })
  expect(changes.map(({ op }) => op).filter((op) => op === 'read')).toHaveLength(41)
  const text = JSON.stringify(changes, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  for (const word of clear) expect(text).not.toContain(word)

  const order = changes.find((change) => change.table === 'ord')
  const customer = changes.find((change) => change.table === 'cust' && change.after?.['id'] === order?.after?.['cust_id'])
  expect(customer?.after).toMatchObject({ nm: '***', mail_domain: 'shop.example', region: known })
  const updated = changes.filter(({ op, table: name }) => op === 'update' && name === 'cust')
  expect(updated.map(({ after }) => after?.['note'])).toEqual([customer?.after?.['note']])
  const gone = changes.filter(({ op }) => op === 'delete')
  expect(gone).toHaveLength(4)
  for (const { key: goneKey, table: name } of gone)
    expect(changes.some((change) => change.table === name && change.op === 'read' && change.key === goneKey)).toBe(true)
  const letters = await store.deadLetters(10)
  expect(letters.some(({ reason }) => reason.includes('cannot say anything of'))).toBe(true)
  await store[Symbol.asyncDispose]()

  expect(await filesWith(folder, clear)).toEqual([])
  expect((await filesWith(folder, [known])).length).toBeGreaterThan(0)
})

test('a snapshot asks the server for no column that nobody looks at', async () => {
  const from = { url: database.url, tables: ['ord'], slot: `${database.name}_narrow`, publication: 'narrow', createPublication: true }
  await using shop = guardedSource(postgres({ name: 'shop', ...from }), { masking: null, filters: { ord: { columns: [] } } })
  await using inner = postgres({ name: 'shop', ...from })
  const signal = new AbortController().signal
  const rowsOf = async (items: ReturnType<ChangeSource['read']>): Promise<readonly unknown[]> => {
    const rows: unknown[] = []
    for await (const item of items) if (item.kind === 'transaction') for (const { after } of item.changes()) rows.push(after)
    return rows
  }
  expect(await rowsOf(shop.read({ from: null, signal, until: 'current' }))).toEqual([{ no: 1 }])
  expect(await rowsOf(inner.read({ from: null, signal, until: 'current', columns: () => new Set(['cust_id']) }))).toEqual([
    { cust_id: 'CLEARKEY3' },
  ])
})

test('another key, another policy, or none goes on with nothing', async () => {
  const others = [masking({ ...policy, key: `${key}!` }), masking({ ...policy, tables: { cust: table } })]
  for (const other of others) {
    await using store = await openStore({ folder: join(folder, 'store') })
    await using inner = postgres({
      name: 'shop',
      url: database.url,
      tables: ['cust', 'emp', 'ord'],
      slot: database.name,
      publication: 'masked',
    })
    const shop = guardedSource(inner, { masking: other, filters: null })
    const failed = await run({
      config: { source: shop, rules: [], journeys: [], contexts: [], time: null },
      store,
      signal: new AbortController().signal,
      once: true,
    }).then(
      () => null,
      (error: BanyanError) => error.code,
    )
    expect(failed).toBe('masking-changed')
  }
})

test('doctor tells of a policy that does not fit, and run refuses it', async () => {
  await using inner = postgres({ name: 'shop', url: database.url, tables: ['cust'], slot: database.name, publication: 'masked' })
  const shop = guardedSource(inner, {
    masking: masking({ key, tables: { cust: { columns: { mai: redact() } as object } } }),
    filters: null,
  })
  expect(await shop.preflight()).toContainEqual({
    name: 'masking.tables.cust.columns.mai',
    verdict: 'refuse',
    found: 'cust has no column mai',
    mend: 'did you mean mail?',
  })
  await expect(shop.tables()).rejects.toMatchObject({ code: 'masking-invalid', hint: 'did you mean mail?' })
})
