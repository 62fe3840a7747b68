import { setTimeout as sleep } from 'node:timers/promises'
import { BanyanError } from '../../src/model/errors.ts'
import type { KafkaServer } from '../../fixtures/services/kafka-server.ts'

export interface RunningConnector {
  readonly config: Readonly<Record<string, string>>
  readonly stop: () => Promise<void>
}

const patienceMs = 60_000

const ask = async (url: string, method: string, body?: unknown): Promise<void> => {
  for (const until = Date.now() + patienceMs; ; ) {
    const text = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const answer = await fetch(url, { method, ...text })
    if (answer.ok) return
    // 409: the worker is handing out its tasks just now.
    if (answer.status !== 409 || Date.now() > until) {
      throw new BanyanError('internal', `Connect said ${answer.status}: ${await answer.text()}`, { hint: 'read its log' })
    }
    await sleep(100)
  }
}

/** What every connector of the tests is told, beside its database. */
export const commonConfig: Readonly<Record<string, string>> = {
  'tasks.max': '1',
  'provide.transaction.metadata': 'true',
  'skipped.operations': 'none',
  'poll.interval.ms': '10',
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'key.converter.schemas.enable': 'false',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter.schemas.enable': 'false',
  'value.converter.replace.null.with.default': 'false',
}

/** Starts a connector, and resolves once its snapshot is over and it follows the log. One at a time: Connect's log tells it. */
export const startConnector = async (server: KafkaServer, config: Readonly<Record<string, string>>): Promise<RunningConnector> => {
  const url = `${server.connect}/connectors/${config['topic.prefix']}`
  const from = (await server.connectLog()).length
  await ask(`${url}/config`, 'PUT', config)
  for (const until = Date.now() + patienceMs; ; await sleep(30)) {
    const log = await server.connectLog(from)
    if (log.includes('Starting streaming')) break
    const failed = /^.*(?:Task threw an uncaught|ERROR).*$/m.exec(log)?.[0]
    if (Date.now() > until || failed?.includes('Task threw') === true) {
      throw new BanyanError('internal', `the connector did not start: ${failed ?? 'no word of it'}`, { hint: 'read the log of Connect' })
    }
  }
  return { config, stop: () => ask(url, 'DELETE') }
}
