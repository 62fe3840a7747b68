import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`, NODE_PATH: '' }

let scratch = ''
let project = ''
let installed = ''

interface Ended {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

const start = (cwd: string, file: string, ...args: readonly string[]): Promise<Ended> =>
  promisify(execFile)(file, args, { cwd, env, maxBuffer: 1 << 24 }).then(
    ({ stdout, stderr }) => ({ exit: 0, stdout, stderr }),
    (failure: { readonly code: number; readonly stdout: string; readonly stderr: string }) => ({ ...failure, exit: failure.code }),
  )

const must = async (cwd: string, file: string, ...args: readonly string[]): Promise<string> => {
  const { exit, stdout, stderr } = await start(cwd, file, ...args)
  if (exit !== 0) expect.fail(`${file} ${args.join(' ')} ended with ${exit}\n${stdout}\n${stderr}`)
  return stdout
}

// The package as a user gets it: packed, and installed by npm in an empty project.
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'banyan-package-'))
  project = join(scratch, 'project')
  await mkdir(project)
  await must(root, 'npm', 'pack', '--silent', '--pack-destination', scratch)
  const tarball = (await readdir(scratch)).find((name) => name.endsWith('.tgz')) ?? expect.fail('npm pack made no tarball')
  await writeFile(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n')
  await must(
    project,
    'npm',
    'install',
    '--silent',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--omit=optional',
    join(scratch, tarball),
  )
  installed = join(project, 'node_modules/banyan')
}, 120_000)

afterAll(() => rm(scratch, { recursive: true, force: true }))

test('the command line works from an installed package', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string }
  expect(await must(project, 'npx', '--no-install', 'banyan', '--version')).toBe(`${version}\n`)
  expect(await must(project, 'npx', '--no-install', 'banyan', '--help')).toContain('Exit codes: 0 yes')
  expect(await start(project, 'npx', '--no-install', 'banyan', 'nothing')).toMatchObject({ exit: 2 })
})

test('a config in TypeScript is loaded from an installed package', async () => {
  await writeFile(
    join(project, 'banyan.config.ts'),
    `import { defineConfig } from 'banyan'
import { fixture } from 'banyan/adapters/fixture'

export default defineConfig({ source: fixture({ name: 'recorded', file: 'nowhere.ndjson' }), rules: [], journeys: [], contexts: [] })
`,
  )
  const { exit, stdout } = await start(project, 'npx', '--no-install', 'banyan', 'doctor', '--json')
  expect(stdout).not.toContain('config-')
  expect([1, 2, 3]).toContain(exit)
})

test('what is packed names only files that are packed: TypeScript leaves some dynamic imports as they were written', async () => {
  const dist = join(installed, 'dist')
  const files = (await readdir(dist, { recursive: true })).filter((name) => name.endsWith('.js'))
  const texts = await Promise.all(files.map((name) => readFile(join(dist, name), 'utf8')))
  expect(files.filter((_, index) => /import\((['"])[^'"]*\.ts\1\)/.test(texts[index] ?? ''))).toEqual([])
})

test('each export can be imported, and none drags in what it does not need', async () => {
  await writeFile(
    join(project, 'import.js'),
    `const named = {}
for (const path of ['banyan', 'banyan/reports', 'banyan/adapters/postgres', 'banyan/adapters/mysql', 'banyan/adapters/kafka', 'banyan/adapters/fixture', 'banyan/adapters/http', 'banyan/offline', 'banyan/capture', 'banyan/emit']) named[path] = Object.keys(await import(path))
import.meta.resolve('banyan/testing')
console.log(JSON.stringify(named))
`,
  )
  const named = JSON.parse(await must(project, process.execPath, 'import.js')) as Record<string, readonly string[]>
  expect(named['banyan']).toEqual(expect.arrayContaining(['BanyanError', 'defineConfig', 'legacySchema', 'journey', 'pending']))
  expect(named['banyan/adapters/postgres']).toEqual(['postgres'])
  expect(named['banyan/adapters/mysql']).toEqual(['mysql'])
  expect(named['banyan/adapters/kafka']).toEqual(['debeziumTopics', 'kafka', 'kafkaTopics'])
  expect(named['banyan/adapters/fixture']).toContain('fixture')
  expect(named['banyan/adapters/http']).toEqual(['reported', 'service'])
  expect(named['banyan/capture']).toContain('hashed')
  expect(named['banyan/emit']).toEqual(['emitDebezium'])
  expect(named['banyan/offline']).toEqual(['deliveries', 'deliveriesOf', 'fileSpool', 'offlineRun'])
  expect(named['banyan/reports']).toEqual(expect.arrayContaining(['html', 'markdown', 'json', 'terminal']))
})

test('types resolve without anything but TypeScript and Node’s types', async () => {
  await mkdir(join(project, 'node_modules/@types'), { recursive: true })
  for (const types of ['@types/node', 'undici-types']) {
    // A driver brings Node's types in as its peer; the ones that Banyan is built with are meant here.
    await rm(join(project, 'node_modules', types), { recursive: true, force: true })
    await symlink(join(root, 'node_modules', types), join(project, 'node_modules', types))
  }
  await writeFile(
    join(project, 'types.ts'),
    `import { BanyanError, defineConfig, journey, type ChangeSource, type Night } from 'banyan'
import { postgres } from 'banyan/adapters/postgres'
import { mysql } from 'banyan/adapters/mysql'
import { kafka } from 'banyan/adapters/kafka'
import { fixture } from 'banyan/adapters/fixture'
import { html } from 'banyan/reports'

export const source: ChangeSource = fixture({ name: 'x', file: 'y' })
export const page = (night: Night): string => html(night)
export const failed = (error: unknown): boolean => error instanceof BanyanError && error.code === 'source-unreachable'
// @ts-expect-error there is no such setting
export const config = defineConfig({ source, rules: [], journeys: [], contexts: [], nothing: 1 })
export { journey, kafka, mysql, postgres }
`,
  )
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'esnext', '--types', 'node']
  expect(await must(project, process.execPath, compiler, ...options, 'types.ts')).toBe('')
})

test('the package holds no source, test or map, and its manifest is in order', async () => {
  const files = await readdir(installed, { recursive: true })
  expect(files.filter((name) => /(^|\/)(test|bench|fixtures|node_modules)\/|(?<!\.d)\.ts$|\.map$/.test(name))).toEqual([])
  expect(files).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'ARCHITECTURE.md', 'dist/src/store/migrations/0001_first.sql']),
  )
  expect((await publint({ pkgDir: installed, pack: false, strict: true })).messages).toEqual([])
})
