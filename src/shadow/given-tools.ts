import type { CandidateTools, Reads } from '../model/context.ts'
import type { EpochMs } from '../model/ids.ts'
import type { IntendedEffect } from '../model/observation.ts'
import type { Data } from '../model/value.ts'
import { seededRandom } from './random.ts'

/** The tools of one run, and what was done with them. */
export interface GivenTools {
  readonly tools: CandidateTools
  readonly effects: () => readonly IntendedEffect[]
  readonly isClockRead: () => boolean
  /** From now on nothing that is done with them counts. */
  readonly end: () => void
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

const noEffects: readonly IntendedEffect[] = []

export const giveTools = (run: {
  readonly now: () => EpochMs
  readonly seed: string
  readonly parameters: CandidateTools['parameters']
  readonly copy: (payload: Data) => Data
}): GivenTools => {
  let effects: IntendedEffect[] | null = null
  let isClockRead = false
  let isEnded = false
  let ended: AbortController | null = null
  const now = (): EpochMs => {
    isClockRead = true
    return run.now()
  }
  const intend = (kind: string, payload: Data): void => {
    if (isEnded) return
    effects ??= []
    effects.push({ kind, payload: run.copy(payload) })
  }
  const signal = (): AbortSignal => {
    ended ??= new AbortController()
    if (isEnded) ended.abort(runEnded)
    return ended.signal
  }
  const tools = Object.create(signalled) as { -readonly [Name in keyof CandidateTools]: CandidateTools[Name] } & {
    [signalOf]: () => AbortSignal
  }
  tools.clock = { now }
  tools.random = seededRandom(run.seed)
  tools.intend = intend
  tools.parameters = run.parameters
  tools[signalOf] = signal
  return {
    tools,
    effects: () => effects ?? noEffects,
    isClockRead: () => isClockRead,
    end: () => {
      isEnded = true
      ended?.abort(runEnded)
    },
  }
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
