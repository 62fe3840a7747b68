import type { ChildProcess } from 'node:child_process'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Connection } from 'mysql2'
import { createConnection } from 'mysql2'
import { BanyanError } from '../../src/model/errors.ts'
import { freePort } from './free-port.ts'
import type { MysqlBinaries } from './mysql-binaries.ts'
import { bringMariadb, bringMysql } from './mysql-binaries.ts'

export type Flavour = 'mariadb' | 'mysql'

export interface MysqlServer {
  readonly flavour: Flavour
  /** Of a user with every right. */
  readonly url: string
  /** `SIGKILL`, as a crash does it; null for a server that somebody else runs. */
  readonly kill: (() => Promise<void>) | null
  /** Starts it again after `kill`, on the same data. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

const urlVariables = { mariadb: 'BANYAN_TEST_MARIADB_URL', mysql: 'BANYAN_TEST_MYSQL_URL' } as const

/** The zone is one that would show wherever a session's own is forgotten. */
const commonLines = [
  'bind-address=127.0.0.1',
  'server-id=1',
  'log-bin=bin',
  'binlog_format=ROW',
  'binlog_row_metadata=FULL',
  'character-set-server=utf8mb4',
  'default-time-zone=+05:30',
  'innodb_buffer_pool_size=64M',
  'innodb_flush_log_at_trx_commit=2',
  'sync_binlog=0',
  'max_allowed_packet=64M',
]

/** A real server of this kind on a free port, in a folder of its own that `stop` removes; or the one that the environment names. */
export const startMysqlServer = async (flavour: Flavour, lines: readonly string[] = []): Promise<MysqlServer> => {
  const given = process.env[urlVariables[flavour]]
  if (given !== undefined) return { flavour, url: given, kill: null, restart: async () => {}, stop: async () => {} }
  const binaries = flavour === 'mariadb' ? bringMariadb() : bringMysql()
  const folder = await mkdtemp(join(tmpdir(), `banyan-${flavour}-`))
  await chmod(folder, 0o755)
  const port = await freePort()
  const configFile = writeConfig(folder, port, [...commonLines, ...binaries.configLines, ...lines])
  initialise(binaries, configFile, join(folder, 'data'))
  const url = `mysql://root@127.0.0.1:${port}/`
  let running = await run(binaries, configFile, url, folder).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true })
    throw error
  })
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (running.exitCode !== null || running.signalCode !== null) return
    const gone = once(running, 'exit')
    running.kill(signal)
    await gone
  }
  return {
    flavour,
    url,
    kill: () => end('SIGKILL'),
    restart: async () => {
      running = await run(binaries, configFile, url, folder)
    },
    stop: async () => {
      await end('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const writeConfig = (folder: string, port: number, lines: readonly string[]): string => {
  const asRoot = process.getuid?.() === 0
  mkdirSync(join(folder, 'data'))
  if (asRoot) for (const path of [folder, join(folder, 'data')]) execFileSync('chown', ['mysql:', path])
  const own = [
    ...(asRoot ? ['user=mysql'] : []),
    `datadir=${join(folder, 'data')}`,
    `socket=${join(folder, 's.sock')}`,
    `pid-file=${join(folder, 'server.pid')}`,
    `log-error=${join(folder, 'server.log')}`,
    `port=${port}`,
  ]
  const file = join(folder, 'my.cnf')
  writeFileSync(file, ['[mysqld]', ...own, ...lines, ''].join('\n'))
  return file
}

/** A data folder is made once, and copied from then on; each copy becomes a server of its own identity. */
const initialise = ({ initialise: make, template }: MysqlBinaries, configFile: string, data: string): void => {
  if (existsSync(template)) {
    execFileSync('cp', ['-a', `${template}/.`, data])
    return
  }
  make(configFile)
  rmSync(join(data, 'auto.cnf'), { force: true })
  const copy = `${template}.${process.pid}`
  mkdirSync(dirname(template), { recursive: true, mode: 0o755 })
  execFileSync('cp', ['-a', data, copy])
  // Two who make one at a time make the same: the second one's is thrown away.
  if (spawnSync('mv', ['-T', '-n', copy, template]).status !== 0 || existsSync(copy)) rmSync(copy, { recursive: true, force: true })
}

const patienceMs = 60_000

const run = async ({ command }: MysqlBinaries, configFile: string, url: string, folder: string): Promise<ChildProcess> => {
  const [file = '', ...args] = command
  const child = spawn(file, [...args.map((part) => part.replace('{config}', configFile))], { stdio: 'ignore' })
  // A test process that ends in any way takes its server with it.
  const killWithUs = (): boolean => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  child.once('exit', () => process.off('exit', killWithUs))
  const startedMs = Date.now()
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() - startedMs > patienceMs) {
      child.kill('SIGKILL')
      throw new BanyanError('internal', `the test server did not start: ${lastLines(join(folder, 'server.log'))}`, {
        hint: 'read its log above',
      })
    }
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  return child
}

const lastLines = (file: string): string => spawnSync('tail', ['-n', '15', file], { encoding: 'utf8' }).stdout || readFileSync(file, 'utf8')

const answers = async (url: string): Promise<boolean> => {
  try {
    const connection = await openMysql(url)
    connection.destroy()
    return true
  } catch {
    return false
  }
}

/** A connection as an application has it. */
export const openMysql = (url: string, options: Readonly<Record<string, unknown>> = {}): Promise<Connection> =>
  new Promise((resolve, reject) => {
    const connection = createConnection({ uri: url, charset: 'utf8mb4', ...options })
    connection.on('error', () => {})
    connection.connect((error) => (error === null || error === undefined ? resolve(connection) : reject(error)))
  })

/** Rows of a statement. */
export const mysqlRows = (connection: Connection, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  new Promise((resolve, reject) => {
    connection.query(sql, (error: unknown, rows: unknown) => {
      if (error !== null) reject(error)
      else resolve(Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [])
    })
  })
