import { encode } from '../model/canonical.ts'
import type { CandidateCall, CandidateTools, Context } from '../model/context.ts'
import type { ReadEntry, ReadRequest, RecordedRead } from '../model/read.ts'
import type { Data } from '../model/value.ts'
import type { CandidateService, ServiceRead, ServiceReply } from '../ports/candidate-service.ts'
import { lookAt } from './tracked-input.ts'

/** The reads that a decision is known to need before the service is asked. */
export type NeededReads = NonNullable<Context['needs']>

/** A service may ask for more reads so many times; then it is told to make up its mind. */
const maxRounds = 16

interface Asked {
  readonly context: string
  readonly service: CandidateService
  readonly needs: NeededReads | null
}

/**
 * A candidate that asks a service. Reads travel with the question, so that they are recorded as any candidate's are, live and
 * in a replay alike. A service that cannot be given reads answers live only.
 */
export const serviceCandidate = (asked: Asked): Context['candidate'] => {
  const { service, needs } = asked
  return async (input, tools, _, call) => {
    const hello = await service.hello()
    if (hello.kind !== 'hello') return call.fail(reasonOf[hello.kind], hello.message)
    if (call.mode === 'replay' && !hello.acceptsReads) {
      return call.fail('not-replayable', `the service at ${service.where} does not accept reads`)
    }
    const given = new Map<string, RecordedRead>()
    if (hello.acceptsReads && needs !== null) await resolveAll(needs(input), given, call)
    const reply = await converse(asked, { tools, call, given })
    switch (reply.kind) {
      case 'answered':
        call.answeredBy(reply.version ?? hello.version ?? service.where)
        return conclude(reply, { input, tools, call, given })
      case 'needs':
        return call.fail('wrong-shape', `the service still asks for reads after ${maxRounds} rounds`)
      case 'failed':
        return call.fail('threw', reply.message)
      default:
        return call.fail(reasonOf[reply.kind], reply.message)
    }
  }
}

const reasonOf = { malformed: 'wrong-shape', 'timed-out': 'timed-out', unreachable: 'unreachable' } as const

interface Conversation {
  readonly tools: CandidateTools
  readonly call: CandidateCall
  readonly given: Map<string, RecordedRead>
}

/** Asks, and as long as the service wants more reads, asks again with them. */
const converse = async ({ context, service }: Asked, { tools, call, given }: Conversation): Promise<ServiceReply> => {
  for (let round = 1; ; round++) {
    const { seed: decision, mode, trigger } = call
    const request = { context, decision, mode, instant: call.now(), trigger, reads: [...given.values()] }
    const reply = await service.decide(request, tools.signal)
    if (reply.kind !== 'needs' || round >= maxRounds) return reply
    const before = given.size
    await resolveAll(reply.reads, given, call)
    if (given.size === before) return { kind: 'malformed', message: 'the service asks for nothing that it was not given' }
  }
}

const resolveAll = async (reads: readonly ReadRequest[], given: Map<string, RecordedRead>, call: CandidateCall): Promise<void> => {
  for (const read of reads) {
    const id = `${read.kind} ${read.projection}\n${read.key}`
    if (!given.has(id)) given.set(id, await call.read(read))
  }
}

/** Records what the service says of its answer. In a replay it must not have used what it was not given. */
const conclude = async (
  reply: Extract<ServiceReply, { kind: 'answered' }>,
  { input, tools, call, given }: Conversation & { readonly input: Data },
): Promise<unknown> => {
  lookAt(input, reply.inputs?.filter((path) => path !== 'clock') ?? [''])
  if (reply.inputs?.includes('clock') !== false) tools.clock.now()
  const entries = entriesOf(given.values())
  for (const { projection, key, saw } of reply.reads.filter((read) => !isGiven(read, entries, given))) {
    if (saw.kind === 'version') return call.fail('wrong-shape', `it names a version of ${projection} ${key} that it was not given`)
    if (call.mode === 'replay') return call.fail('unrecorded-read', `in a replay it used ${projection} ${key} otherwise than it was given`)
    await call.saw(projection, key, saw.value)
  }
  for (const { kind, payload } of reply.effects) tools.intend(kind, payload)
  return reply.answer
}

const entriesOf = (reads: Iterable<RecordedRead>): ReadonlyMap<string, ReadEntry> => {
  const found = new Map<string, ReadEntry>()
  for (const { projection, entries } of reads) for (const entry of entries) found.set(`${projection}\n${entry.key}`, entry)
  return found
}

/** A key that no given group holds was given as absent. */
const isGiven = (
  { projection, key, saw }: ServiceRead,
  entries: ReadonlyMap<string, ReadEntry>,
  given: ReadonlyMap<string, RecordedRead>,
): boolean => {
  const entry = entries.get(`${projection}\n${key}`)
  if (saw.kind === 'version') return entry?.version?.position === saw.at.position && entry.version.ordinal === saw.at.ordinal
  if (entry !== undefined) return encode(entry.value) === encode(saw.value)
  return saw.value === null && [...given.values()].some((read) => read.kind === 'group' && read.projection === projection)
}
