import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { service } from '../../../adapters/http/candidate-service.ts'
import { helloOf, replyOf, requestText } from '../../../adapters/http/protocol.ts'
import { epochMs, position } from '../../../src/model/ids.ts'
import type { RecordedRead } from '../../../src/model/read.ts'
import type { ServiceRequest } from '../../../src/ports/candidate-service.ts'
import { trigger } from '../../src/shadow/changes.ts'
import { startService } from './start-service.ts'

const page = resolve(import.meta.dirname, '../../../docs/candidate-service.md')
let text = ''
let folder = ''

const block = (label: string): string => {
  const [, body] = new RegExp(`\`\`\`\\w+ ${label}\\n([\\s\\S]*?)\`\`\``).exec(text) ?? []
  return body ?? expect.fail(`docs/candidate-service.md has no block ${label}`)
}

beforeAll(async () => {
  text = await readFile(page, 'utf8')
  folder = await mkdtemp(join(tmpdir(), 'banyan-service-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const read: RecordedRead = {
  projection: 'stock',
  kind: 'key',
  key: 'A',
  entries: [{ key: 'A', value: 1000, version: { position: position('shop:0000000000000000'), ordinal: 0, committedAt: epochMs(0) } }],
  feed: 'stream',
  frontier: null,
  readAt: epochMs(0),
}
const question: ServiceRequest = {
  context: 'promise',
  decision: '5f0c6a1e9d2b4c7f8a3e1d0b9c8f7e6d',
  mode: 'live',
  instant: epochMs(Date.UTC(2026, 2, 1, 9, 30)),
  trigger: {
    ...trigger(1, 'O1', { ordNo: 'O1', sku: 'A', qty: 3 }, Date.UTC(2026, 2, 1, 9, 29, 59)),
    id: '…' as never,
    type: 'order.placed',
  },
  reads: [read],
}

test('the question is as documented', () => {
  expect(JSON.parse(requestText(question))).toEqual(JSON.parse(block('request')))
})

test('the documented greeting and answers are understood', () => {
  const ok = (label: string): Parameters<typeof replyOf>[0] => ({ kind: 'ok', text: block(label) })
  expect(helloOf(ok('hello'))).toEqual({ kind: 'hello', acceptsReads: true, version: '2026-03-01.4' })
  expect(replyOf(ok('answer'))).toEqual({
    kind: 'answered',
    answer: { qty: 3 },
    effects: [{ kind: 'mail', payload: { to: 'C1' } }],
    reads: [{ projection: 'stock', key: 'A', saw: { kind: 'value', value: 1000 } }],
    inputs: ['/sku', '/qty'],
    version: '2026-03-01.4',
  })
  expect(replyOf(ok('needs'))).toEqual({
    kind: 'needs',
    reads: [
      { projection: 'stock', kind: 'key', key: 'A' },
      { projection: 'item', kind: 'group', key: 'A' },
    ],
  })
  expect(replyOf(ok('failed'))).toEqual({ kind: 'failed', message: 'no price for sku A' })
})

test('the documented service runs', async () => {
  const file = join(folder, 'service.mjs')
  await writeFile(file, block('service'))
  await using running = await startService(file)
  const asked = service({ url: running.url })
  const { signal } = new AbortController()
  expect(await asked.hello()).toEqual({ kind: 'hello', acceptsReads: true, version: '1' })
  expect(await asked.decide({ ...question, reads: [] }, signal)).toEqual({
    kind: 'needs',
    reads: [{ projection: 'stock', kind: 'key', key: 'A' }],
  })
  expect(await asked.decide(question, signal)).toMatchObject({ kind: 'answered', answer: { qty: 3 }, inputs: ['/sku', '/qty'] })
})

test('the documented context compiles and loads', async () => {
  const root = resolve(import.meta.dirname, '../../..')
  const source = block('config')
    .replace("'banyan'", `'${root}/src/index.ts'`)
    .replace("'banyan/adapters/http'", `'${root}/adapters/http/candidate-service.ts'`)
  const file = join(folder, 'context.ts')
  await writeFile(file, source)
  process.env['PROMISE_AUTHORIZATION'] = 'Bearer x'
  const { promise } = (await import(file)) as { readonly promise: { readonly name: string; readonly needs: (input: unknown) => unknown } }
  expect(promise.name).toBe('promise')
  expect(promise.needs({ sku: 'A' })).toEqual([{ projection: 'stock', kind: 'key', key: 'A' }])
})
