import { setTimeout as sleep } from 'node:timers/promises'
import type { Draw } from './draw.ts'
import { drawFrom } from './draw.ts'
import type { Committed, TextRow } from './history.ts'
import { drawWrites, markOf, ownAfter, sharedRows, statementsOf } from './writes.ts'

/** A connection of the legacy application; each call is one message of one or more statements. */
export interface WorkloadSession {
  readonly run: (sql: string) => Promise<void>
  /** Rows of one statement, every value as text. */
  readonly rows: (sql: string) => Promise<readonly TextRow[]>
  readonly close: () => void
}

export interface WorkloadOptions {
  readonly seed: number
  readonly workers: number
  /** Rejects while the server is not there. */
  readonly connect: () => Promise<WorkloadSession>
  /** What a long text's column is declared with. */
  readonly tables: readonly string[]
}

/** Workers that write to the legacy database until they are stopped, whatever happens to the server. */
export interface Workload {
  readonly start: () => void
  /** Resolves when no transaction is under way any more. */
  readonly pause: () => Promise<void>
  /** One more transaction, alone, whose event is behind those of all others. Gives its id. */
  readonly close: () => Promise<string>
  /** The same, with so many writes of long rows. */
  readonly burst: (writes: number) => Promise<string>
  /** Ids of the transactions that the server has confirmed. */
  readonly confirmed: () => readonly string[]
  /** Adds a column under load; the writers use it from then on. */
  readonly addColumn: () => Promise<void>
  /** Takes it away again, when no writer uses it any more. */
  readonly dropColumn: () => Promise<void>
}

/** The tables of the workload. `log` and `ticket` are not captured. */
export const workloadTables = (noteType: string): readonly string[] => [
  'CREATE TABLE mark (id varchar(40) PRIMARY KEY, worker int NOT NULL, turn int NOT NULL)',
  `CREATE TABLE item (id int PRIMARY KEY, version int NOT NULL, price numeric(12,2) NOT NULL, note ${noteType})`,
  'CREATE TABLE ticket (id int PRIMARY KEY, n int NOT NULL)',
  `CREATE TABLE log (id varchar(40) PRIMARY KEY, worker int NOT NULL, turn int NOT NULL, ticket int, writes ${noteType} NOT NULL)`,
  'INSERT INTO ticket VALUES (1, 0)',
]

const patienceMs = 90_000

/** A worker rests for up to so long between two transactions. */
const restMs = 40

/** Everything that the workers share. */
interface Shared {
  readonly options: WorkloadOptions
  readonly confirmed: string[]
  readonly columns: { current: string | null; made: number; readonly users: Map<string, number> }
  version: number
  paused: boolean
}

interface Worker {
  readonly number: number
  readonly draw: Draw
  own: ReadonlySet<string>
  turn: number
  session: WorkloadSession | null
}

export const createWorkload = async (options: WorkloadOptions): Promise<Workload> => {
  const shared: Shared = { options, confirmed: [], columns: { current: null, made: 0, users: new Map() }, version: 1, paused: true }
  const workers = Array.from({ length: options.workers }, (_, at): Worker => newWorker(options.seed, at + 1))
  const closer = newWorker(options.seed, options.workers + 1)
  await setUp(options)
  await commitOne(shared, closer, sharedRows)
  let running: Promise<unknown> = Promise.resolve()
  let last: Promise<unknown> = Promise.resolve()
  // They have one session.
  const closing = (work: () => Promise<string>): Promise<string> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
  const schema = async (sql: string): Promise<void> => {
    const session = await options.connect()
    await session.run(sql).finally(session.close)
  }
  return {
    start: () => {
      shared.paused = false
      running = Promise.all(workers.map((worker) => work(shared, worker)))
    },
    pause: async () => {
      shared.paused = true
      await running
    },
    close: () => closing(() => commitOne(shared, closer, () => [])),
    burst: (writes) => closing(() => commitOne(shared, closer, () => burstOf(shared, closer, writes))),
    confirmed: () => shared.confirmed,
    addColumn: async () => {
      const { columns } = shared
      columns.made += 1
      const name = `c${columns.made}`
      await schema(`ALTER TABLE item ADD COLUMN ${name} int DEFAULT 7`)
      columns.current = name
    },
    dropColumn: async () => {
      const { columns } = shared
      const name = columns.current
      if (name === null) return
      columns.current = null
      while ((columns.users.get(name) ?? 0) > 0) await sleep(2)
      await schema(`ALTER TABLE item DROP COLUMN ${name}`)
    },
  }
}

const newWorker = (seed: number, number: number): Worker => ({
  number,
  draw: drawFrom(seed * 31 + number),
  own: new Set(),
  turn: 0,
  session: null,
})

const burstOf = (shared: Shared, { draw, number, own }: Worker, writes: number): Committed['writes'] =>
  drawWrites({ draw, worker: number, own, nextVersion: () => (shared.version += 1), column: shared.columns.current }, true, writes)

const setUp = async ({ connect, tables }: WorkloadOptions): Promise<void> => {
  const session = await connect()
  for (const sql of tables) await session.run(sql)
  session.close()
}

const work = async (shared: Shared, worker: Worker): Promise<void> => {
  while (!shared.paused) {
    await commitOne(shared, worker)
    await sleep(worker.draw.below(restMs))
  }
  worker.session?.close()
  worker.session = null
}

/** Commits one transaction and gives its id. What a broken connection left open is looked up in the log. */
const commitOne = async (shared: Shared, worker: Worker, writes?: () => Committed['writes']): Promise<string> => {
  const giveUpAt = Date.now() + patienceMs
  for (;;) {
    worker.turn += 1
    const id = `w${worker.number}-${worker.turn}`
    let made: Committed | null = null
    try {
      worker.session ??= await shared.options.connect()
      made = await attempt(shared, worker, id, writes)
    } catch (error) {
      worker.session?.close()
      worker.session = null
      if (Date.now() > giveUpAt) throw error
      await sleep(20)
      const found = await lookUp(shared, id, giveUpAt)
      if (found === null) continue
      made = found
    }
    worker.own = ownAfter(worker.own, made.writes, worker.number)
    return id
  }
}

const lookUp = async ({ options }: Shared, id: string, giveUpAt: number): Promise<Committed | null> => {
  for (;;) {
    try {
      const session = await options.connect()
      const rows = await session.rows(`SELECT id, worker, turn, ticket, writes FROM log WHERE id = '${id}'`).finally(session.close)
      return rows[0] === undefined ? null : committedOf(rows[0])
    } catch (error) {
      if (Date.now() > giveUpAt) throw error
      await sleep(20)
    }
  }
}

/** One transaction: now with the ticket that puts it in order among all, now without. Versions count in that order, so writes are drawn with it in hand. */
const attempt = async (shared: Shared, worker: Worker, id: string, given?: () => Committed['writes']): Promise<Committed> => {
  const { draw, session } = worker
  if (session === null) throw new TypeError('no session')
  const mark = markOf(id, worker.number, worker.turn)
  if (draw.chance(0.06)) await session.run(`BEGIN; ${statementsOf([mark]).join('; ')}; ROLLBACK`)
  const ticketed = given !== undefined || draw.chance(0.4)
  await session.run('BEGIN')
  const ticket = ticketed ? await takeTicket(session) : null
  const column = shared.columns.current
  use(shared, column, 1)
  try {
    const nextVersion = (): number => (shared.version += 1)
    const drawn = given?.() ?? drawWrites({ draw, worker: worker.number, own: worker.own, nextVersion, column }, ticketed)
    return await finish(session, { id, worker: worker.number, turn: worker.turn, ticket, writes: [mark, ...drawn] }, shared)
  } finally {
    use(shared, column, -1)
  }
}

const finish = async (session: WorkloadSession, committed: Committed, shared: Shared): Promise<Committed> => {
  const { id, worker, turn, ticket, writes } = committed
  const undone = `SAVEPOINT undone; UPDATE item SET version = 0 WHERE id = 1000 * ${worker}; ROLLBACK TO SAVEPOINT undone`
  const log = `INSERT INTO log VALUES ('${id}', ${worker}, ${turn}, ${ticket ?? 'NULL'}, '${JSON.stringify(writes).replaceAll("'", "''")}')`
  await session.run([...statementsOf(writes), ...(turn % 7 === 0 ? [undone] : []), log, 'COMMIT'].join('; '))
  shared.confirmed.push(id)
  return committed
}

const use = ({ columns }: Shared, column: string | null, change: 1 | -1): void => {
  if (column !== null) columns.users.set(column, (columns.users.get(column) ?? 0) + change)
}

/** The row stays locked until the transaction has ended: tickets ascend in the order of commit. */
const takeTicket = async (session: WorkloadSession): Promise<number> => {
  await session.run('UPDATE ticket SET n = n + 1')
  const [row] = await session.rows('SELECT n FROM ticket')
  return Number(row?.['n'])
}

export const committedOf = (row: TextRow): Committed => ({
  id: row['id'] ?? '',
  worker: Number(row['worker']),
  turn: Number(row['turn']),
  ticket: row['ticket'] === null || row['ticket'] === undefined ? null : Number(row['ticket']),
  writes: JSON.parse(row['writes'] ?? '[]') as Committed['writes'],
})
