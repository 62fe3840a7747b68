import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exitCodes } from '../../../src/cli/exit.ts'

const main = resolve(import.meta.dirname, '../../../src/cli/main.ts')

interface Ended {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** The real command line in a process of its own. */
const banyan = (...args: readonly string[]): Promise<Ended> =>
  new Promise((done) => {
    execFile(process.execPath, [main, ...args], { cwd: folder }, (error, stdout, stderr) => {
      done({ exit: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('--help names every command and the exit codes', async () => {
  const { exit, stdout } = await banyan('--help')
  expect(exit).toBe(exitCodes.yes)
  for (const command of ['doctor', 'run', 'night', 'gate', 'journey', 'status']) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
  expect(stdout).toContain('0 yes, 1 the answer is no, 2 wrong usage, 3 the world is unreachable')
})

test('--version is the version of the package', async () => {
  const { exit, stdout } = await banyan('--version')
  expect(exit).toBe(exitCodes.yes)
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('no command is wrong usage, and says what there is', async () => {
  const { exit, stderr } = await banyan()
  expect(exit).toBe(exitCodes.usage)
  expect(stderr).toContain('Commands:')
})

test('a mistyped command or option is wrong usage, with what may have been meant', async () => {
  const [command, option] = await Promise.all([banyan('doctr'), banyan('doctor', '--jsn')])
  expect(command).toMatchObject({ exit: exitCodes.usage, stdout: '' })
  expect(command.stderr).toBe("error usage: unknown command 'doctr'\nhint:  Did you mean doctor?\n")
  expect(option.stderr).toContain('Did you mean --json?')
})

test('a missing config is said with its place; under --json as JSON', async () => {
  const { exit, stdout } = await banyan('doctor', '--json')
  expect(exit).toBe(exitCodes.usage)
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'config-not-found', where: join(folder, 'banyan.config.ts') } })
})

test.each([
  ['a syntax error', 'export default {\n  a: 1,,\n}\n', 'config-invalid', 2, 'mend the syntax'],
  ['an enum', 'export const a = 1\nenum X { A }\nexport default {}\n', 'config-invalid', 2, 'no enum'],
  ['a throw', '\n\nthrow new TypeError("boom")\n', 'config-invalid', 3, 'threw while it was loaded'],
  ['a missing name', "import { nothing } from 'node:fs'\nexport default nothing\n", 'config-invalid', 1, 'mend the syntax'],
  ['a missing package', "import x from 'no-such-package'\nexport default x\n", 'config-invalid', null, 'install the package'],
  ['no default export', 'export const config = {}\n', 'config-invalid', null, 'export default defineConfig'],
])('a config with %s is refused at its line', async (name, code, error, line, hint) => {
  const file = join(folder, `${name.replaceAll(' ', '-')}.config.ts`)
  await writeFile(file, code)
  const { exit, stdout } = await banyan('doctor', '--json', '--config', file)
  expect(exit).toBe(exitCodes.usage)
  const failure = (JSON.parse(stdout) as { readonly error: { readonly code: string; readonly where: string; readonly hint: string } }).error
  expect(failure).toMatchObject({ code: error, where: line === null ? file : `${file}:${line}` })
  expect(failure.hint).toContain(hint)
})

test.each([
  ['warn', exitCodes.yes],
  ['refuse', exitCodes.no],
])('doctor with a check that says %s exits %i', async (verdict, expected) => {
  const file = join(folder, `${verdict}.config.ts`)
  await writeFile(
    file,
    `const check = { name: 'wal_level', verdict: '${verdict}', found: 'replica', mend: 'ALTER SYSTEM SET wal_level = logical' }
export default {
  source: { name: 'oms', read() {}, acknowledge() {}, preflight: async () => [check], async [Symbol.asyncDispose]() {} },
  rules: [], journeys: [], contexts: [],
}
`,
  )
  const { exit, stdout } = await banyan('doctor', '--config', file)
  expect(exit).toBe(expected)
  expect(stdout).toContain('wal_level: replica\n          ALTER SYSTEM SET wal_level = logical')
  const script = await banyan('doctor', '--script', '--config', file)
  expect(script).toMatchObject({ exit: expected, stdout: `-- ${verdict}: wal_level: replica\nALTER SYSTEM SET wal_level = logical;\n` })
})

test('doctor tells what the legacy writes, what Banyan will take for it, and whether the log lasts', async () => {
  const file = join(folder, 'load.config.ts')
  await writeFile(
    file,
    `const load = { watchedMs: 2000, changesPerSecond: 100, counted: 'captured tables', usualChangesPerSecond: null, logBytesPerSecond: 5000, rowBytes: 100 }
export default {
  source: {
    name: 'oms', read() {}, acknowledge() {}, load: async () => load,
    preflight: async (ask) => [{ name: 'retention', verdict: 'ok', found: JSON.stringify(ask ?? {}), mend: null }],
    async [Symbol.asyncDispose]() {},
  },
  rules: [], journeys: [], contexts: [],
}
`,
  )
  const asked = await banyan('doctor', '--json', '--outage', '12 h', '--config', file)
  expect(asked.exit).toBe(exitCodes.yes)
  expect(JSON.parse(asked.stdout)).toMatchObject({
    checks: [{ found: '{"outage":{"lastsMs":43200000,"logBytesPerSecond":5000}}' }],
    load: { changesPerSecond: 100 },
    estimate: { changesPerSecond: 100, storeBytesPerDay: expect.any(Number), cpuShare: expect.any(Number) },
  })
  const told = await banyan('doctor', '--config', file)
  expect(told.stdout).toMatch(/load {6}100 changes\/s of the captured tables over 2 s.*; 5\.0 kB\/s of log/)
  expect(told.stdout).toMatch(/estimate {2}the store grows by about .* a day/)
  expect(JSON.parse((await banyan('doctor', '--json', '--watch', '0', '--config', file)).stdout)).toMatchObject({
    load: null,
    estimate: null,
  })
  const wrong = await banyan('doctor', '--outage', 'long', '--config', file)
  expect(wrong).toMatchObject({ exit: exitCodes.usage, stderr: expect.stringContaining('--outage long: not a length of time') })
})
