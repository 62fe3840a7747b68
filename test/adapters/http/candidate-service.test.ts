import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ServiceOptions } from '../../../adapters/http/candidate-service.ts'
import { reported, service } from '../../../adapters/http/candidate-service.ts'
import { epochMs, position } from '../../../src/model/ids.ts'
import type { Data } from '../../../src/model/value.ts'
import type { CandidateService, ServiceReply, ServiceRequest } from '../../../src/ports/candidate-service.ts'
import { trigger } from '../../src/shadow/changes.ts'
import type { RunningService } from './start-service.ts'
import { startService } from './start-service.ts'

let running: RunningService
beforeAll(async () => {
  running = await startService()
})
afterAll(() => running[Symbol.asyncDispose]())

const at = (path: string, options: Partial<ServiceOptions> = {}): CandidateService => service({ url: `${running.url}${path}`, ...options })
const { signal } = new AbortController()

const question: ServiceRequest = {
  context: 'promise',
  decision: 'd1',
  mode: 'live',
  instant: epochMs(Date.UTC(2026, 2, 1)),
  trigger: trigger(2, 'O1', { sku: 'A', qty: 3, serial: 2n ** 60n }),
  reads: [
    {
      projection: 'stock',
      kind: 'key',
      key: 'A',
      entries: [{ key: 'A', value: 5, version: { position: position('1:1'), ordinal: 4, committedAt: epochMs(0) } }],
      feed: 'stream',
      frontier: position('1:1'),
      readAt: epochMs(1),
    },
  ],
}

const asked = (path: string, options: Partial<ServiceOptions> = {}): Promise<ServiceReply> => at(path, options).decide(question, signal)

describe('the greeting', () => {
  it('says whether the service can be replayed, and is asked once', async () => {
    const greeted = at('/given')
    expect(await greeted.hello()).toEqual({ kind: 'hello', acceptsReads: true, version: 'v7' })
    expect(greeted.hello()).toBe(greeted.hello())
  })

  it('that does not come in time is asked for again', async () => {
    const slow = at('/slow-hello', { timeout: '150 ms' })
    expect(await slow.hello()).toMatchObject({ kind: 'timed-out' })
    expect(await slow.hello()).toMatchObject({ kind: 'hello' })
  })

  it('is missing from a service that answers live only', async () => {
    expect(await at('/live-only').hello()).toEqual({ kind: 'hello', acceptsReads: false, version: null })
  })

  it('is malformed when it is another protocol', async () => {
    expect(await at('/no-banyan').hello()).toMatchObject({ kind: 'malformed' })
  })
})

describe('a question', () => {
  it('carries the trigger, the reads with their versions, instant and seed; what JSON cannot say is tagged', async () => {
    const { answer } = (await asked('/echo')) as Extract<ServiceReply, { kind: 'answered' }>
    expect(answer).toMatchObject({
      asked: {
        banyan: 1,
        context: 'promise',
        decision: 'd1',
        seed: 'd1',
        mode: 'live',
        instant: '2026-03-01T00:00:00.000Z',
        trigger: { key: 'O1', data: { sku: 'A', qty: 3, serial: 2n ** 60n } },
        reads: [{ projection: 'stock', key: 'A', entries: [{ key: 'A', value: 5, version: { position: '1:1', ordinal: 4 } }] }],
      },
    })
  })

  it('is answered with an answer, its inputs and effects', async () => {
    expect(await asked('/given')).toEqual({
      kind: 'answered',
      answer: { qty: 3 },
      effects: [],
      reads: [],
      inputs: ['/sku', '/qty'],
      version: null,
    })
    expect(await asked('/effects')).toMatchObject({ effects: [{ kind: 'mail', payload: { to: 'C1' } }] })
  })

  it('or with reads that are still needed, or with a failure', async () => {
    expect(await asked('/greedy')).toEqual({ kind: 'needs', reads: [{ projection: 'stock', kind: 'key', key: 'A' }] })
    expect(await asked('/failed')).toEqual({ kind: 'failed', message: 'no price for A' })
  })

  it.each<[string, string, object]>([
    ['is not JSON', '/garbage', { kind: 'malformed', message: expect.stringContaining('JSON') }],
    ['says nothing', '/neither', { kind: 'malformed', message: expect.stringContaining('neither') }],
    ['is too large', '/huge', { kind: 'malformed', message: expect.stringContaining('2000000 bytes') }],
    ['is the service’s own failure', '/500', { kind: 'failed', message: expect.stringContaining('500') }],
    ['comes from a gateway', '/503', { kind: 'unreachable' }],
    ['is a shut door', '/401', { kind: 'unreachable' }],
    ['does not come in time', '/slow', { kind: 'timed-out' }],
  ])('has a bad end that is said: the answer %s', async (_, path, reply) => {
    expect(await asked(path, { maxAnswerBytes: 2_000_000, timeout: '150 ms' })).toMatchObject(reply)
  })

  it('is asked once more when a kept connection breaks', async () => {
    expect(await asked('/drops')).toMatchObject({ kind: 'answered', answer: { qty: 3 } })
  })

  it('ends when it is called off', async () => {
    const stop = new AbortController()
    const reply = at('/slow').decide(question, stop.signal)
    stop.abort(new RangeError('shut down'))
    await expect(reply).rejects.toThrow('shut down')
  })

  it('finds nobody', async () => {
    const port = await new Promise<number>((found) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = server.address() as AddressInfo
        server.close(() => found(free))
      })
    })
    const nobody = service({ url: `http://127.0.0.1:${port}/` })
    expect(await nobody.decide(question, signal)).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('ECONNREFUSED') })
    expect(await nobody.hello()).toMatchObject({ kind: 'unreachable' })
  })
})

describe('secrets', () => {
  it('come from the environment, are sent, and are in no message', async () => {
    vi.stubEnv('PROMISE_AUTHORIZATION', 'Bearer hush-hush')
    const options = { secrets: { authorization: 'PROMISE_AUTHORIZATION' } }
    expect(await asked('/echo', options)).toMatchObject({ answer: { headers: { authorization: 'Bearer hush-hush' } } })
    const refused = await asked('/500', options)
    expect(refused).toMatchObject({ kind: 'failed', message: expect.stringContaining('secret of ***') })
    expect(JSON.stringify(at('/given', options))).not.toContain('hush')
  })

  it('that are not set are a mistake of the config', () => {
    expect(() => at('/given', { secrets: { authorization: 'NOWHERE_SET' } })).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining('NOWHERE_SET') }),
    )
  })

  it('do not belong into the url', () => {
    const wrong = (): unknown => service({ url: 'http://me:hush@host/' })
    expect(wrong).toThrow(expect.objectContaining({ code: 'config-invalid', where: 'http://host/' }))
    expect(() => service({ url: 'ftp://host/' })).toThrow(expect.objectContaining({ code: 'config-invalid' }))
  })
})

describe('a service that knows nothing of Banyan', () => {
  const translate = {
    question: (input: Data) => ({ trigger: { data: input }, mode: 'live', reads: [] }),
    answer: (body: Data) => ({ promised: (body as { answer: { qty: number } }).answer.qty }),
  }

  it('is asked in its own words, live only', async () => {
    const plain = at('/live-only', { translate })
    expect(await plain.hello()).toEqual({ kind: 'hello', acceptsReads: false, version: null })
    expect(await plain.decide(question, signal)).toMatchObject({ kind: 'answered', answer: { promised: 2 }, reads: [], inputs: null })
  })

  it('whose answer cannot be translated has answered in a wrong shape', async () => {
    expect(await asked('/neither', { translate })).toMatchObject({ kind: 'malformed', message: expect.stringContaining('translated') })
    expect(await asked('/503', { translate })).toMatchObject({ kind: 'unreachable' })
  })
})

it('a reported projection is read by the service alone', async () => {
  const feed = reported()
  await expect(feed.kind === 'external' && feed.read('A', signal)).rejects.toMatchObject({ code: 'context-invalid' })
})
