import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../src/cli/program.ts'

const root = join(import.meta.dirname, '..')
const page = await readFile(join(root, 'docs/events.md'), 'utf8')
const block = (kind: string): string => page.split(`\`\`\`${kind}\n`)[1]?.split('\n```')[0] ?? expect.fail(`no block ${kind}`)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-docs-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const inPlace = (config: string): string =>
  config.replace("'banyan'", `'${root}/src/index.ts'`).replaceAll(/'banyan\/adapters\/(\w+)'/g, `'${root}/adapters/$1/change-source.ts'`)

const write = async (name: string, config: string): Promise<void> => writeFile(join(folder, name), inPlace(config))

const banyan = async (...args: readonly string[]): Promise<{ readonly exit: number; readonly stdout: string; readonly stderr: string }> => {
  let [stdout, stderr] = ['', '']
  const terminal = {
    stdout: (text: string) => {
      stdout += text
    },
    stderr: (text: string) => {
      stderr += text
    },
    interactive: false,
    debug: false,
  }
  const exit = await runProgram({ args, terminal, cwd: folder, version: 'test', signal: new AbortController().signal })
  return { exit, stdout: stdout.trimEnd(), stderr }
}

test('the commands of docs/events.md say what the page says', async () => {
  await write('banyan.config.ts', block('ts config'))
  expect(await banyan('events')).toEqual({ exit: 0, stdout: block('text banyan events'), stderr: '' })
  expect(await banyan('events', '--lint')).toEqual({ exit: 0, stdout: block('text banyan events --lint'), stderr: '' })
  expect(await banyan('events', '--release')).toMatchObject({ exit: 0, stdout: expect.stringContaining('3 events released in') })

  const [promise, broken] = [
    "properties: { carrier: { type: 'string' } }, required: ['carrier']",
    "properties: { driver: { type: 'string' } }, required: ['driver']",
  ]
  expect(block('ts config')).toContain(promise)
  expect(page).toContain(broken)
  await write('broken.config.ts', block('ts config').replace(promise, broken).replace('data: { carrier', 'data: { driver'))
  const answer = await banyan('events', '--lint', '--config', 'broken.config.ts')
  expect(answer).toEqual({ exit: 1, stdout: block('text banyan events --lint, broken'), stderr: '' })
  // The release stays what it was, and nothing is published that breaks it.
  expect(await banyan('events', '--release', '--config', 'broken.config.ts')).toMatchObject({ exit: 1 })
  expect(await banyan('run', '--once', '--config', 'broken.config.ts')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('event shipment.departed must not be published: /carrier was removed, and 1 more'),
  })
}, 60_000)

test('the catalogue of docs/events.md is an AsyncAPI document', async () => {
  await write('banyan.config.ts', block('ts config'))
  const { exit, stdout } = await banyan('events', '--asyncapi')
  expect(exit).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    asyncapi: '3.0.0',
    info: { title: 'wms' },
    servers: { broker1: { host: '127.0.0.1:9092', protocol: 'kafka' } },
    channels: { 'shipment-updates': { 'x-owner': 'warehouse', 'x-retention': '90 d', 'x-fresh-within': '10 s' } },
  })
})

test('docs/events.md lists the keywords that are checked, and no other', async () => {
  const { schemaOf } = await import('../rules/events/schema-of.ts')
  const rows = [...page.matchAll(/^\| (?:any value|numbers|texts|arrays|objects|for people, not checked) \| (.+) \|$/gm)]
  const listed = rows.flatMap(([, names]) => [...(names ?? '').matchAll(/`([$\w]+)`/g)].map(([, name]) => name ?? ''))
  const values: Readonly<Record<string, unknown>> = {
    properties: {},
    items: {},
    anyOf: [],
    oneOf: [],
    allOf: [],
    propertyNames: {},
    type: 'null',
    pattern: '',
  }
  expect(listed.length).toBeGreaterThan(25)
  for (const name of listed) expect(() => schemaOf({ [name]: values[name] ?? 1 }, 'r')).not.toThrow()
  expect(Object.keys(schemaOf(Object.fromEntries(listed.map((name) => [name, values[name] ?? 1])), 'r')).length).toBe(listed.length)
  for (const name of ['not', 'if', 'uniqueItems', 'multipleOf', '$ref']) expect(() => schemaOf({ [name]: 1 } as object, 'r')).toThrow()
})

test.each([
  [
    'a journey that there is not',
    "journey: 'shipment', owner",
    "journey: 'shipmnt', owner",
    /carries journey shipmnt.*did you mean shipment/s,
  ],
  [
    'a type that no rule emits',
    "journey: 'shipment', owner",
    "types: ['shipment.lost'], owner",
    /carries shipment.lost, which no rule emits/,
  ],
  ['an event in two topics', 'topics: [', "topics: [{ topic: 'b', types: ['shipment.departed'], owner: 'o' },", /carry the same events/],
  ['what is no sink', 'publish: kafkaTopics(', 'publish: Object(', /publish: expected a sink/],
])('a config with %s is refused', async (what, from, to, words) => {
  // Node loads a file once.
  const name = `${what.replaceAll(' ', '-')}.config.ts`
  await write(name, block('ts config').replace(from, to))
  const { exit, stderr } = await banyan('events', '--config', name)
  expect([exit, stderr]).toEqual([2, expect.stringMatching(words)])
})
