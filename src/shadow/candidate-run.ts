import type { CandidateCall, CandidateTools, Context } from '../model/context.ts'
import type { BusinessEvent } from '../model/business-event.ts'
import type { EpochMs } from '../model/ids.ts'
import type { FailureReason, IntendedEffect, Observation } from '../model/observation.ts'
import type { RecordedRead } from '../model/read.ts'
import { cloneData } from './clone-data.ts'
import { seededRandom } from './random.ts'
import type { ResolveRead } from './read-resolver.ts'
import type { Recorder } from './recorder.ts'
import { createRecorder } from './recorder.ts'
import { trackInput, untracked } from './tracked-input.ts'

/** What a run needs of the world: timers, and a monotonic clock for how long it took. */
export interface RunWorld {
  /** Calls back after a delay; the returned function calls that off. */
  readonly schedule: (run: () => void, delayMs: number) => () => void
  readonly elapsedMs: () => number
}

export interface CandidateRunInput {
  readonly context: Pick<Context, 'reads' | 'candidate' | 'shape' | 'limits' | 'parameters'>
  readonly trigger: BusinessEvent
  readonly resolve: ResolveRead
  /** Default: `replay`. */
  readonly mode?: CandidateCall['mode']
  /** The decision's instant: live, the source's time now; as of, the legacy's own clock. */
  readonly now: () => EpochMs
  /** The decision's id: the same seed gives the same random numbers. */
  readonly seed: string
  readonly signal: AbortSignal
  readonly world: RunWorld
  /** False: nobody asks which parts of the trigger it looks at, and to find out would take longer than many an answer. */
  readonly isTracked?: boolean
}

/** One run of a candidate: its answer, what it read, and which parts of the trigger's data it looked at. */
export interface CandidateRun {
  readonly observation: Observation
  readonly reads: readonly RecordedRead[]
  readonly inputsRead: readonly string[]
  readonly tookMs: number
  /** Which code answered, where that is not Banyan's own to know. */
  readonly answeredBy: string | null
}

/**
 * Runs the candidate once. Whatever it does is an answer: throwing, hanging and garbage are failed observations. It works on
 * copies, so it can change nothing; after its end (or time-out) nothing that it still does counts. A candidate that
 * never yields to the event loop cannot be stopped.
 *
 * @throws the signal's reason when that is aborted first: then there is no answer.
 */
export const runCandidate = async (run: CandidateRunInput): Promise<CandidateRun> => {
  const { context, world } = run
  run.signal.throwIfAborted()
  const startedMs = world.elapsedMs()
  const tracked = run.isTracked === false ? untracked(run.trigger.data) : trackInput(run.trigger.data)
  const recorder = createRecorder(context.reads, run.resolve, tracked.readCopy)
  const given = toolsOf(run)
  const { call, told } = createCall(run, recorder)
  try {
    const answer = startedAnswer(() => context.candidate(tracked.input, given.tools, recorder.reads, call)).then(
      (value): Observation => {
        tracked.stop()
        return told.failure ?? answered(context, value, given.effects)
      },
      (cause: unknown): Observation => failed('threw', messageOf(cause)),
    )
    let quick: Observation | null = null
    answer.then(
      (observation) => {
        quick = observation
      },
      () => undefined,
    )
    for (let turn = 0; quick === null && turn < quickTurns; turn++) await undefined
    // Only a candidate that takes its time needs limits: they cost more than a quick answer.
    const observation = quick ?? (await withLimits(run, answer))
    return {
      observation,
      reads: recorder.recorded(),
      inputsRead: run.isTracked !== false && given.isClockRead() ? [...tracked.looked(), 'clock'] : tracked.looked(),
      tookMs: world.elapsedMs() - startedMs,
      answeredBy: told.version,
    }
  } finally {
    recorder.close()
    tracked.stop()
    given.end()
  }
}

/** What a candidate throws before it returns is its answer too. */
const startedAnswer = (start: () => unknown): Promise<unknown> => {
  try {
    return Promise.resolve(start())
  } catch (cause) {
    return Promise.reject(cause)
  }
}

/** Turns of the microtask queue in which a candidate that waits for nothing outside has answered. */
const quickTurns = 24

/** Made once: an error with its stack for each run would cost more than the run. */
const runEnded = new DOMException('the run of the candidate has ended', 'AbortError')

/** Characters, bytes and values of an answer: a small structure that unfolds to gigabytes must not take Banyan's memory, nor a row of its store. */
const maxAnswer = 1_000_000

/** What a driver says besides the answer. */
interface Told {
  failure: Observation | null
  version: string | null
}

const createCall = (run: CandidateRunInput, { read, saw }: Recorder): { readonly call: CandidateCall; readonly told: Told } => {
  const told: Told = { failure: null, version: null }
  const call: CandidateCall = {
    trigger: run.trigger,
    seed: run.seed,
    mode: run.mode ?? 'replay',
    now: run.now,
    read,
    saw,
    answeredBy: (version) => {
      told.version = version.slice(0, maxMessage)
    },
    fail: (reason, message) => {
      told.failure = failed(reason, message)
    },
  }
  return { call, told }
}

interface GivenTools {
  readonly tools: CandidateTools
  readonly effects: IntendedEffect[]
  readonly isClockRead: () => boolean
  /** From now on nothing that is done with them counts. */
  readonly end: () => void
}

const toolsOf = (run: CandidateRunInput): GivenTools => {
  const effects: IntendedEffect[] = []
  let isClockRead = false
  let isEnded = false
  let ended: AbortController | null = null
  const tools: CandidateTools = {
    clock: {
      now: () => {
        isClockRead = true
        return run.now()
      },
    },
    random: seededRandom(run.seed),
    intend: (kind, payload) => {
      if (!isEnded) effects.push({ kind, payload: cloneData(payload, maxAnswer) })
    },
    get signal() {
      ended ??= new AbortController()
      if (isEnded) ended.abort(runEnded)
      return ended.signal
    },
    parameters: run.context.parameters ?? {},
  }
  return {
    tools,
    effects,
    isClockRead: () => isClockRead,
    end: () => {
      isEnded = true
      ended?.abort(runEnded)
    },
  }
}

const answered = (context: Pick<Context, 'shape'>, value: unknown, effects: readonly IntendedEffect[]): Observation => {
  try {
    const complaint = context.shape?.(value) ?? null
    if (complaint !== null) return failed('wrong-shape', complaint)
    return { kind: 'decided', answer: cloneData(value, maxAnswer), effects: effects.slice() }
  } catch (cause) {
    return failed('wrong-shape', messageOf(cause))
  }
}

/** First to come: the answer, the time-out, the outer signal. */
const withLimits = async (run: CandidateRunInput, answer: Promise<Observation>): Promise<Observation> => {
  // It may have been called off while the answer was hoped for.
  run.signal.throwIfAborted()
  const { timeoutMs } = run.context.limits
  const { promise, resolve, reject } = Promise.withResolvers<Observation>()
  const stop = (): void => reject(run.signal.reason)
  const callOff = run.world.schedule(() => resolve(failed('timed-out', `no answer within ${timeoutMs} ms`)), timeoutMs)
  run.signal.addEventListener('abort', stop, { once: true })
  answer.then(resolve, reject)
  return promise.finally(() => {
    callOff()
    run.signal.removeEventListener('abort', stop)
  })
}

const maxMessage = 500

const failed = (reason: FailureReason, message: string): Observation => ({ kind: 'failed', reason, message: message.slice(0, maxMessage) })

const messageOf = (cause: unknown): string => {
  try {
    return cause instanceof Error ? `${cause.name}: ${cause.message}` : `threw ${String(cause)}`
  } catch {
    return 'threw something that cannot be printed'
  }
}
