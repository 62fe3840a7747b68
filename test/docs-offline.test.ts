import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runProgram } from '../src/cli/program.ts'

const root = resolve(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/offline.md'), 'utf8')
const block = (kind: string): string => page.split(`\`\`\`${kind}\n`)[1]?.split('\n```')[0] ?? expect.fail(`no block ${kind}`)
const folder = mkdtempSync(join(tmpdir(), 'banyan-docs-offline-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Said {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

const offline = (...args: readonly string[]): Promise<Said> => offlineUntil(new AbortController().signal, ...args)

const offlineUntil = async (signal: AbortSignal, ...args: readonly string[]): Promise<Said> => {
  const said = { stdout: [] as string[], stderr: [] as string[] }
  const exit = await runProgram({
    args: ['offline', ...args],
    terminal: {
      stdout: (text) => said.stdout.push(text),
      stderr: (text) => said.stderr.push(text),
      interactive: false,
      debug: false,
    },
    cwd: folder,
    version: '0',
    signal,
  })
  return { exit, stdout: said.stdout.join(''), stderr: said.stderr.join('') }
}

it('the example of docs/offline.md runs, and says what the page says', async () => {
  const config = block('ts config')
    .replace("'banyan'", `'${join(root, 'src/index.ts')}'`)
    .replace("'banyan/adapters/fixture'", `'${join(root, 'adapters/fixture/change-source.ts')}'`)
    .replace("'transactions.ndjson'", `'${join(folder, 'transactions.ndjson')}'`)
  writeFileSync(join(folder, 'banyan.config.ts'), config)
  for (const name of ['transactions', 'deliveries']) writeFileSync(join(folder, `${name}.ndjson`), block(`json ${name}`))

  const { exit, stdout, stderr } = await offline('--deliveries', 'deliveries.ndjson', '--out', 'night', '--json')
  expect(exit, stderr).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ title: 'The shop', contexts: [{ account: { decisions: 2, compared: 2, remainder: 0 } }] })
  const lines = (text: string): readonly unknown[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  const verdicts = lines(readFileSync(join(folder, 'night/verdicts.ndjson'), 'utf8'))
  expect(verdicts).toMatchObject(lines(block('json verdicts')))
  for (const name of ['night.html', 'night.md', 'night.json', 'night.xml', 'night.csv', 'rules.ndjson'])
    readFileSync(join(folder, 'night', name))
})

it('names file and line of a delivery that makes no sense, and needs no deliveries at all', async () => {
  writeFileSync(join(folder, 'broken.ndjson'), `${block('json deliveries')}\n{"delivered":{"at":1,"projection":"stock","key":"A"}}\n`)
  expect(await offline('--deliveries', 'broken.ndjson')).toMatchObject({ exit: 2, stderr: expect.stringContaining('broken.ndjson:5') })
  writeFileSync(join(folder, 'unknown.ndjson'), block('json deliveries').replace('"stock"', '"stok"'))
  expect(await offline('--deliveries', 'unknown.ndjson')).toMatchObject({ exit: 2, stderr: expect.stringContaining('did you mean stock') })
  expect(await offline('--deliveries', 'nowhere.ndjson')).toMatchObject({ exit: 2 })
  expect(await offline()).toMatchObject({ exit: 0 })
  expect(await offlineUntil(AbortSignal.abort(), '--json')).toMatchObject({ exit: 1, stdout: '{"stopped":true}\n' })
})
