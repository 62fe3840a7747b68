import type { CandidateTools, Reads } from '../model/context.ts'
import type { EpochMs } from '../model/ids.ts'
import type { IntendedEffect } from '../model/observation.ts'
import type { Data } from '../model/value.ts'
import { seededRandom } from './random.ts'

/** The tools of one run, and what was done with them: one object and few functions, for there is one a run. */
export interface GivenTools {
  readonly tools: CandidateTools
  /** Null: none so far. */
  effects: IntendedEffect[] | null
  isClockRead: boolean
  /** Once it has, nothing that is done with them counts. */
  hasEnded: boolean
  ended: AbortController | null
}

/** Made once: an error with its stack for each run would cost more than the run. */
const runEnded = new DOMException('the run of the candidate has ended', 'AbortError')

const signalOf: unique symbol = Symbol('signal')

interface Signalled {
  readonly [signalOf]: () => AbortSignal
}

/**
 * The signal is taken only when it is asked for: most never do, and to make one costs more than a quick decision. One accessor for all runs,
 * because each accessor of its own would give its object a shape of its own, and what uses that is slow.
 */
const lazySignal = {
  enumerable: true,
  configurable: true,
  get(this: Signalled): AbortSignal {
    return this[signalOf]()
  },
}

const signalled: object = Object.defineProperty({}, 'signal', lazySignal)

type OwnTools = { -readonly [Name in keyof CandidateTools]: CandidateTools[Name] } & { [signalOf]: () => AbortSignal }

export const giveTools = (run: {
  readonly now: () => EpochMs
  readonly seed: string
  readonly parameters: CandidateTools['parameters']
  readonly copy: (payload: Data) => Data
}): GivenTools => {
  const tools = Object.create(signalled) as OwnTools
  const given: GivenTools = { tools, effects: null, isClockRead: false, hasEnded: false, ended: null }
  const now = (): EpochMs => {
    given.isClockRead = true
    return run.now()
  }
  const intend = (kind: string, payload: Data): void => {
    if (given.hasEnded) return
    given.effects ??= []
    given.effects.push({ kind, payload: run.copy(payload) })
  }
  const signal = (): AbortSignal => {
    given.ended ??= new AbortController()
    if (given.hasEnded) given.ended.abort(runEnded)
    return given.ended.signal
  }
  tools.clock = { now }
  tools.random = seededRandom(run.seed)
  tools.intend = intend
  tools.parameters = run.parameters
  tools[signalOf] = signal
  return given
}

/** The end of the run that they were given to. */
export const endTools = (given: GivenTools): void => {
  given.hasEnded = true
  given.ended?.abort(runEnded)
}

/** One object with reads and tools in it, which is how people write candidates. */
export const readsWithTools = (tools: CandidateTools, reads: Readonly<Record<string, Reads>>): object => {
  const { clock, random, intend, parameters } = tools
  const signal = isSignalled(tools) ? tools[signalOf] : (): AbortSignal => tools.signal
  const all: Record<string, unknown> & Signalled = { clock, random, intend, parameters, [signalOf]: signal }
  for (const projection in reads) all[projection] = reads[projection]
  // Its own, so that a copy of the object has it too.
  return Object.defineProperty(all, 'signal', lazySignal)
}

const isSignalled = (tools: object): tools is Signalled => signalOf in tools
