import { decode, encode } from '../../src/model/canonical.ts'
import { position } from '../../src/model/ids.ts'
import type { IntendedEffect } from '../../src/model/observation.ts'
import type { ReadRequest } from '../../src/model/read.ts'
import type { Data } from '../../src/model/value.ts'
import type { ServiceHello, ServiceRead, ServiceReply, ServiceRequest } from '../../src/ports/candidate-service.ts'
import type { Exchanged } from './exchange.ts'

const protocolVersion = 1

/** The body of a question. Data is Banyan's canonical JSON: plain, but for tagged values that JSON cannot say. */
export const requestText = ({ context, decision, mode, instant, trigger, reads }: ServiceRequest): string =>
  encode({
    banyan: protocolVersion,
    context,
    decision,
    mode,
    instant: new Date(instant).toISOString(),
    seed: decision,
    trigger: {
      id: trigger.id,
      type: trigger.type,
      key: trigger.key,
      occurredAt: new Date(trigger.occurredAt).toISOString(),
      data: trigger.data,
    },
    reads: reads.map(({ projection, kind, key, entries }) => ({
      projection,
      [kind]: key,
      entries: entries.map((entry) => ({
        key: entry.key,
        value: entry.value,
        version: entry.version === null ? null : { position: entry.version.position, ordinal: entry.version.ordinal },
      })),
    })),
  })

/** A service without a greeting (404, 405, 501) is one that answers live only. */
export const helloOf = (exchanged: Exchanged): ServiceHello => {
  if (exchanged.kind === 'status' && [404, 405, 501].includes(exchanged.status))
    return { kind: 'hello', acceptsReads: false, version: null }
  const body = bodyOf(exchanged)
  if (body.kind !== 'body') return { kind: body.kind === 'failed' ? 'unreachable' : body.kind, message: `greeting: ${body.message}` }
  const { data } = body
  const { banyan, accepts, version } = isRecord(data) ? data : {}
  if (banyan !== protocolVersion) return { kind: 'malformed', message: `greeting: /banyan is not ${protocolVersion}` }
  return {
    kind: 'hello',
    acceptsReads: Array.isArray(accepts) && accepts.includes('reads'),
    version: typeof version === 'string' ? version : null,
  }
}

/** What came back from a question, whatever it is. */
export const replyOf = (exchanged: Exchanged): ServiceReply => {
  const body = bodyOf(exchanged)
  if (body.kind !== 'body') return body
  const { data } = body
  if (!isRecord(data)) return malformed('the answer is not an object')
  if (data['needs'] !== undefined) return needsOf(data['needs'])
  if (typeof data['failed'] === 'string') return { kind: 'failed', message: data['failed'] }
  const { answer, effects = [], reads = [], inputs = null, version = null } = data
  if (answer === undefined) return malformed('the answer has neither /answer nor /needs nor /failed')
  const checkedEffects = listOf(effects, effectOf)
  if (typeof checkedEffects === 'string') return malformed(`/effects${checkedEffects}`)
  const checkedReads = listOf(reads, readOf)
  if (typeof checkedReads === 'string') return malformed(`/reads${checkedReads}`)
  if (inputs !== null && !isTexts(inputs)) return malformed('/inputs is not a list of JSON Pointers')
  if (version !== null && typeof version !== 'string') return malformed('/version is not a text')
  return { kind: 'answered', answer, effects: checkedEffects, reads: checkedReads, inputs, version }
}

/** What a service without the protocol said, in the terms of its own translation. */
export const plainReplyOf = (exchanged: Exchanged, answer: (body: Data) => Data): ServiceReply => {
  const body = bodyOf(exchanged)
  if (body.kind !== 'body') return body
  try {
    return { kind: 'answered', answer: answer(body.data), effects: [], reads: [], inputs: null, version: null }
  } catch (cause) {
    return malformed(`the answer cannot be translated: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

type Body =
  | { readonly kind: 'body'; readonly data: Data }
  | { readonly kind: 'failed' | 'malformed' | 'timed-out' | 'unreachable'; readonly message: string }

/** Gateways that find nobody, and doors that are shut, say nothing about the candidate. */
const notItself = [401, 403, 407, 408, 429, 502, 503, 504]

const maxShown = 300

const bodyOf = (exchanged: Exchanged): Body => {
  switch (exchanged.kind) {
    case 'ok':
      try {
        return { kind: 'body', data: decode(exchanged.text) }
      } catch {
        return malformed('the answer is not JSON')
      }
    case 'status': {
      const message = `answered ${exchanged.status}: ${exchanged.text.slice(0, maxShown).trim()}`
      return { kind: notItself.includes(exchanged.status) ? 'unreachable' : 'failed', message }
    }
    case 'too-large':
      return malformed(exchanged.message)
    case 'timed-out':
    case 'unreachable':
      return exchanged as Body
    default:
      return exchanged satisfies never
  }
}

const malformed = (message: string): { readonly kind: 'malformed'; readonly message: string } => ({ kind: 'malformed', message })

const isRecord = (data: Data | undefined): data is { readonly [name: string]: Data } =>
  typeof data === 'object' && data !== null && !Array.isArray(data) && !(data instanceof Uint8Array)

const isTexts = (data: Data): data is readonly string[] => Array.isArray(data) && data.every((item) => typeof item === 'string')

/** Each item checked, or the place of the first that is wrong and why. */
const listOf = <T>(data: Data, check: (item: Data) => T | string): readonly T[] | string => {
  if (!Array.isArray(data)) return ' is not a list'
  const items: T[] = []
  for (const [index, item] of data.entries()) {
    const checked = check(item)
    if (typeof checked === 'string') return `/${index} ${checked}`
    items.push(checked)
  }
  return items
}

const effectOf = (item: Data): IntendedEffect | string =>
  isRecord(item) && typeof item['kind'] === 'string' ? { kind: item['kind'], payload: item['payload'] ?? null } : 'has no kind'

const readOf = (item: Data): ServiceRead | string => {
  if (!isRecord(item) || typeof item['projection'] !== 'string' || typeof item['key'] !== 'string') return 'has no projection and key'
  const { projection, key, value, version } = item
  if (value !== undefined) return { projection, key, saw: { kind: 'value', value } }
  if (!isRecord(version) || typeof version['position'] !== 'string' || typeof version['ordinal'] !== 'number')
    return 'has neither value nor version'
  return { projection, key, saw: { kind: 'version', at: { position: position(version['position']), ordinal: version['ordinal'] } } }
}

const needsOf = (data: Data): ServiceReply => {
  const reads = listOf(data, needOf)
  if (typeof reads === 'string') return malformed(`/needs${reads}`)
  return reads.length === 0 ? malformed('/needs is empty') : { kind: 'needs', reads }
}

const needOf = (item: Data): ReadRequest | string => {
  if (!isRecord(item) || typeof item['projection'] !== 'string') return 'has no projection'
  const { projection, key, group } = item
  if (typeof key === 'string') return { projection, kind: 'key', key }
  return typeof group === 'string' ? { projection, kind: 'group', key: group } : 'has neither key nor group'
}
