import process from 'node:process'
import { encode } from '../../src/model/canonical.ts'
import type { Feed } from '../../src/model/context.ts'
import type { Duration } from '../../src/model/duration.ts'
import { durationMs } from '../../src/model/duration.ts'
import { BanyanError } from '../../src/model/errors.ts'
import type { Data } from '../../src/model/value.ts'
import type { CandidateService, ServiceHello } from '../../src/ports/candidate-service.ts'
import { exchange } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import { helloOf, plainReplyOf, replyOf, requestText } from './protocol.ts'

export interface ServiceOptions {
  /** Where the service is asked: `GET` says what it can, `POST` decides. */
  readonly url: string
  /** For each exchange; the context's own time-out holds for the whole decision. */
  readonly timeout?: Duration
  /** Sent as they are; secrets do not belong here. */
  readonly headers?: Readonly<Record<string, string>>
  /** Header → name of the environment variable that holds its value, e.g. `{ authorization: 'PROMISE_AUTHORIZATION' }`. */
  readonly secrets?: Readonly<Record<string, string>>
  /** For a service that knows nothing of Banyan: what it is sent for a trigger's data, and what its JSON says. It is asked live only. */
  readonly translate?: { readonly question: (input: Data) => Data; readonly answer: (body: Data) => Data }
  /** Bytes of an answer; beyond, the answer is of a wrong shape. Default: 8 MiB. */
  readonly maxAnswerBytes?: number
}

/**
 * A candidate behind HTTP, by the protocol of docs/candidate-service.md. Nothing is asked before the first decision. No header and no
 * secret is ever part of a message.
 *
 * @throws BanyanError config-invalid for a URL that is none or holds a password, and for a secret that is not set.
 */
export const service = (options: ServiceOptions): CandidateService => {
  const where = checkedUrl(options.url)
  const secrets = secretHeaders(options.secrets ?? {}, where)
  const timeoutMs = options.timeout === undefined ? null : durationMs(options.timeout)
  const way = {
    url: where,
    headers: { ...options.headers, ...secrets },
    hidden: Object.values(secrets),
    maxBytes: options.maxAnswerBytes ?? defaultMaxBytes,
  }
  const exchanged = exchange({ ...way, timeoutMs })
  const { translate } = options
  if (translate !== undefined) return plainService(where, exchanged, translate)
  let greeted: Promise<ServiceHello> | null = null
  const exchangedGreeting = exchange({ ...way, timeoutMs: timeoutMs ?? greetingMs })
  // All who ask meanwhile share one greeting: none of them, going away, takes it from the others.
  const greet = async (): Promise<ServiceHello> => helloOf(await exchangedGreeting({ method: 'GET', body: null, signal: neverAborted }))
  return {
    kind: 'service',
    where,
    hello: () => {
      greeted ??= forgetting(greet(), () => {
        greeted = null
      })
      return greeted
    },
    decide: async (request, signal) => replyOf(await exchanged({ method: 'POST', body: requestText(request), signal })),
  }
}

const plainService = (
  where: string,
  exchanged: Exchange,
  { question, answer }: NonNullable<ServiceOptions['translate']>,
): CandidateService => ({
  kind: 'service',
  where,
  hello: async () => ({ kind: 'hello', acceptsReads: false, version: null }),
  decide: async ({ trigger }, signal) =>
    plainReplyOf(await exchanged({ method: 'POST', body: encode(question(trigger.data)), signal }), answer),
})

/**
 * A projection in a store of the service's own: only the service reads it, and names what it saw in its answers.
 */
export const reported = (): Feed => ({
  kind: 'external',
  read: (key) =>
    Promise.reject(
      new BanyanError('context-invalid', `'${key}' is read by the service itself`, {
        hint: 'leave the projection out of needs, or give it a feed that Banyan can read: stream() or external(…)',
      }),
    ),
})

const defaultMaxBytes = 8 << 20
const greetingMs = 10_000
const neverAborted = new AbortController().signal

/** A greeting that failed is asked for again. */
const forgetting = async (greeting: Promise<ServiceHello>, forget: () => void): Promise<ServiceHello> => {
  const hello = await greeting
  if (hello.kind !== 'hello') forget()
  return hello
}

const invalid = (message: string, where: string, hint: string): BanyanError => new BanyanError('config-invalid', message, { where, hint })

const checkedUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw invalid('the url of a service is none', 'service.url', "write it as 'https://host:port/path'")
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid(
      'the url of a service holds a user or a password',
      `${url.protocol}//${url.host}${url.pathname}`,
      'use secrets: { authorization: … }',
    )
  }
  return url.href
}

const secretHeaders = (secrets: Readonly<Record<string, string>>, where: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(secrets).map(([header, name]) => {
      const value = process.env[name]
      if (value === undefined || value === '') throw invalid(`${name} is not set`, where, `set it to the value of the header ${header}`)
      return [header, value]
    }),
  )
