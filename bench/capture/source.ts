import pg from 'pg'
import { postgres } from '../../adapters/postgres/change-source.ts'
import type { ResumeToken } from '../../src/model/ids.ts'
import type { ChangeSource } from '../../src/ports/change-source.ts'
import { startLegacyServer } from '../../test/support/legacy-server.ts'
import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import { backlogTable, writeBacklog } from './backlog.ts'
import { readBare } from './bare-reader.ts'

const changes = 300_000
const rounds = 3

/** Drains a backlog with the change source and throws the decoded rows away, beside a reader that does not even look. */
export async function* sourceFigures(): AsyncGenerator<Figure> {
  const server = await startLegacyServer()
  try {
    const { source, token } = await prepare(server.url)
    await writeBacklog(server.url, changes)
    const ours: number[] = []
    const bare: number[] = []
    const cpuUs: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      bare.push(
        changes /
          ((await readBare({ url: server.url, slot: `bare_${round}`, publication: 'bench', commits: changes / 10 })).durationMs / 1000),
      )
      const read = await drain(source, token)
      ours.push(changes / (read.durationMs / 1000))
      cpuUs.push(read.cpuUs / changes)
    }
    await source[Symbol.asyncDispose]()
    const context = `${changes} changes of 10 columns in transactions of 10, waiting in a slot; the same backlog for each, in turns, median of ${rounds}`
    const [value, peerValue] = [median(ours), median(bare)]
    yield { name: 'decode.postgres', value, unit: 'changes/s', peer: 'bare reader', peerValue, ratio: value / peerValue, context }
    yield { name: 'decode.postgres.cpu', value: median(cpuUs), unit: 'us/change', peer: null, peerValue: null, ratio: null, context }
  } finally {
    await server.stop()
  }
}

const prepare = async (url: string): Promise<{ readonly source: ChangeSource; readonly token: ResumeToken | null }> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(backlogTable)
  const source = postgres({ name: 'bench', url, tables: ['backlog'], publication: 'bench', createPublication: true })
  let token: ResumeToken | null = null
  for await (const item of source.read({ from: null, signal: new AbortController().signal, until: 'current' })) token = item.token
  for (let round = 0; round < rounds; round += 1)
    await client.query(`SELECT pg_create_logical_replication_slot('bare_${round}', 'pgoutput')`)
  await client.end()
  return { source, token }
}

const drain = async (source: ChangeSource, from: ResumeToken | null): Promise<{ readonly durationMs: number; readonly cpuUs: number }> => {
  const startedAtMs = performance.now()
  const cpu = process.cpuUsage()
  for await (const item of source.read({ from, signal: new AbortController().signal, until: 'current' })) {
    if (item.kind === 'transaction') for (const _ of item.changes());
  }
  const { user, system } = process.cpuUsage(cpu)
  return { durationMs: performance.now() - startedAtMs, cpuUs: user + system }
}
