import type { CandidateCall, Context } from '../model/context.ts'
import type { BusinessEvent } from '../model/business-event.ts'
import type { EpochMs } from '../model/ids.ts'
import type { Observation } from '../model/observation.ts'
import type { RecordedRead } from '../model/read.ts'
import type { Data } from '../model/value.ts'
import type { Called } from './candidate-call.ts'
import { callOf, failed } from './candidate-call.ts'
import { cloneData } from './clone-data.ts'
import type { GivenTools } from './given-tools.ts'
import { endTools, giveTools } from './given-tools.ts'
import type { ResolveRead } from './read-resolver.ts'
import { createRecorder } from './recorder.ts'
import type { TrackedInput } from './tracked-input.ts'
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
 * never yields to the event loop cannot be stopped. What answers at once is not waited for.
 *
 * @throws the signal's reason when that is aborted first: then there is no answer.
 */
export const runCandidate = (run: CandidateRunInput): CandidateRun | Promise<CandidateRun> => {
  run.signal.throwIfAborted()
  const begun = begin(run)
  let said: unknown
  try {
    said = run.context.candidate(begun.tracked.input, begun.given.tools, begun.recorder.reads, callOf(begun))
    if (isThenable(said)) return waitedFor(begun, said)
  } catch (cause) {
    // What a candidate throws before it returns is its answer too.
    return ended(begun, failed('threw', messageOf(cause)))
  }
  return ended(begun, answered(begun, said))
}

const isThenable = (said: unknown): said is PromiseLike<unknown> =>
  ((typeof said === 'object' && said !== null) || typeof said === 'function') &&
  typeof (said as { readonly then?: unknown }).then === 'function'

interface Begun extends Called {
  readonly run: CandidateRunInput
  readonly startedMs: number
  readonly tracked: TrackedInput
  readonly given: GivenTools
}

const begin = (run: CandidateRunInput): Begun => {
  const { context, trigger, isTracked = true } = run
  const startedMs = run.world.elapsedMs()
  const tracked = isTracked ? trackInput(trigger.data) : untracked(trigger.data)
  const recorder = createRecorder(context.reads, run.resolve, tracked.readCopy)
  const given = giveTools({ now: run.now, seed: run.seed, parameters: context.parameters ?? noParameters, copy: cloneAnswer })
  return { run, startedMs, tracked, recorder, given, failure: null, answeredBy: null }
}

const noParameters = {}

/** After this nothing that the candidate still does counts. */
const ended = (begun: Begun, observation: Observation): CandidateRun => {
  const { run, startedMs, tracked, recorder, given } = begun
  const looked = tracked.looked()
  const isClockTold = run.isTracked !== false && given.isClockRead
  close(begun)
  return {
    observation,
    reads: recorder.recorded,
    inputsRead: isClockTold ? [...looked, 'clock'] : looked,
    tookMs: run.world.elapsedMs() - startedMs,
    answeredBy: begun.answeredBy,
  }
}

const close = ({ tracked, recorder, given }: Begun): void => {
  recorder.isOpen = false
  tracked.stop()
  endTools(given)
}

/** Turns of the microtask queue in which a candidate that waits for nothing outside has answered. */
const quickTurns = 24

/** Waited for, it ends one turn later: to make a promise for each would cost more than the turn. */
const aTurn: Promise<void> = Promise.resolve()

const waitedFor = async (begun: Begun, said: PromiseLike<unknown>): Promise<CandidateRun> => {
  let quick: Observation | null = null
  const answer = Promise.resolve(said).then(
    (value) => {
      quick = answered(begun, value)
      return quick
    },
    (cause: unknown) => {
      quick = failed('threw', messageOf(cause))
      return quick
    },
  )
  for (let turn = 0; quick === null && turn < quickTurns; turn++) await aTurn
  try {
    // Only a candidate that takes its time needs limits: they cost more than a quick answer.
    return ended(begun, quick ?? (await withLimits(begun.run, answer)))
  } catch (cause) {
    close(begun)
    throw cause
  }
}

/** Characters, bytes and values of an answer: a small structure that unfolds to gigabytes must not take Banyan's memory, nor a row of its store. */
const maxAnswer = 1_000_000

const cloneAnswer = (value: unknown): Data => cloneData(value, maxAnswer)

const answered = ({ run, tracked, given, failure }: Begun, value: unknown): Observation => {
  // From here on it is Banyan that looks.
  tracked.stop()
  if (failure !== null) return failure
  try {
    const complaint = run.context.shape?.(value) ?? null
    if (complaint !== null) return failed('wrong-shape', complaint)
    return { kind: 'decided', answer: cloneAnswer(value), effects: given.effects ?? [] }
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

const messageOf = (cause: unknown): string => {
  try {
    return cause instanceof Error ? `${cause.name}: ${cause.message}` : `threw ${String(cause)}`
  } catch {
    return 'threw something that cannot be printed'
  }
}
