import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../support/fresh-database.ts'
import type { TopicRecord } from '../../../support/read-topics.ts'
import { readTopics } from '../../../support/read-topics.ts'

const root = resolve(import.meta.dirname, '../../../..')

/** A program of docs/emit.md, as it can be run here. */
const documented = async (name: 'library' | 'config', more: Readonly<Record<string, string>> = {}): Promise<string> => {
  const page = await readFile(join(root, 'docs/emit.md'), 'utf8')
  const [, text = ''] = new RegExp(`\`\`\`ts ${name}\n(.*?)\`\`\``, 's').exec(page) ?? []
  const here = text
    .replaceAll(/'banyan\/adapters\/(\w+)'/g, `'${root}/adapters/$1/change-source.ts'`)
    .replaceAll("'banyan/emit'", `'${root}/src/emit.ts'`)
    .replaceAll("'banyan'", `'${root}/src/index.ts'`)
  return Object.entries(more).reduce((program, [from, to]) => program.replace(from, to), here)
}

const slot = 'shop_run'

interface Said {
  readonly op: string
  readonly id: number
  readonly total: string | undefined
  readonly snapshot: string
  readonly order: number | undefined
}

interface Envelope {
  readonly op: string
  readonly before: { readonly id: number } | null
  readonly after: { readonly id: number; readonly total?: string } | null
  readonly source: { readonly snapshot: string }
  readonly transaction: { readonly total_order: number } | null
}

const saidBy = (records: readonly TopicRecord[]): readonly Said[] =>
  records.flatMap(({ value }) => {
    if (value === null) return []
    const { op, before, after, source, transaction } = JSON.parse(value) as Envelope
    const id = after?.id ?? before?.id ?? -1
    return [{ op, id, total: after?.total, snapshot: source.snapshot, order: transaction?.total_order }]
  })

/** `banyan run --emit`: what is captured goes out from the store, across runs, once. */
export const runCases = (broker: string): void => {
  test('a run emits what it captures, and the next one goes on', { timeout: 180_000 }, async () => {
    const [database, memory] = [await freshDatabase(), await freshDatabase()]
    const folder = await mkdtemp(join(tmpdir(), 'banyan-emit-'))
    await chmod(folder, 0o755)
    await writeFile(
      join(folder, 'banyan.config.ts'),
      await documented('config', { 'rules: []': `store: { url: '${memory.url}' }, rules: []` }),
    )
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const run = async (): Promise<{ readonly progress: { readonly emitted: number } }> => {
      const args = [join(root, 'src/cli/main.ts'), 'run', '--once', '--emit', 'debezium', '--json']
      const { stdout } = await promisify(execFile)(process.execPath, args, {
        cwd: folder,
        env: { ...process.env, SHOP_URL: database.url, BROKER: broker },
      })
      return JSON.parse(stdout) as { readonly progress: { readonly emitted: number } }
    }
    try {
      await client.query('CREATE TABLE ord (id int PRIMARY KEY, total numeric(12,2)); CREATE TABLE stock (id int PRIMARY KEY)')
      await client.query('INSERT INTO ord SELECT n, n FROM generate_series(1, 4500) n; INSERT INTO stock VALUES (1)')
      expect((await run()).progress.emitted).toBe(4501)
      await writeFile(join(folder, 'library.ts'), await documented('library'))
      const env = { ...process.env, SHOP_URL: database.url, BROKER: broker }
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'library.ts')], { env })
      expect(stdout).toBe('4501 changes\n')
      await client.query('INSERT INTO ord SELECT n, 0.5 FROM generate_series(5001, 9500) n')
      await client.query('UPDATE ord SET total = 7 WHERE id = 1')
      await client.query('DELETE FROM ord WHERE id = 2')
      expect((await run()).progress.emitted).toBe(4502)
    } finally {
      await client.end()
      await rm(folder, { recursive: true, force: true })
      await database.drop()
      await memory.drop()
    }
    const records = await readTopics(broker, [`${slot}.public.ord`])
    const said = saidBy(records)
    expect(
      said
        .filter(({ op }) => op === 'r')
        .map(({ id }) => id)
        .toSorted((a, b) => a - b),
    ).toEqual(Array.from({ length: 4500 }, (_, n) => n + 1))
    const large = said.filter(({ op }) => op === 'c')
    expect(large.map(({ order }) => order).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(Array.from({ length: 4500 }, (_, n) => n + 1))
    expect(large.every(({ total, snapshot }) => total === '0.50' && snapshot === 'false')).toBe(true)
    expect(said.filter(({ op }) => op === 'u')).toEqual([{ op: 'u', id: 1, total: '7.00', snapshot: 'false', order: 1 }])
    expect(records.filter(({ value }) => value === null).map(({ key }) => key)).toEqual(['{"id":2}'])
    expect(await readTopics(broker, ['shop.public.ord'])).toHaveLength(4500)
    expect(saidBy(await readTopics(broker, [`${slot}.public.stock`]))).toEqual([
      expect.objectContaining({ op: 'r', id: 1, snapshot: 'last' }),
    ])
  })
}
