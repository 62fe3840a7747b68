import type { BusinessEvent } from '../model/business-event.ts'
import type { CandidateCall } from '../model/context.ts'
import type { EpochMs } from '../model/ids.ts'
import type { FailureReason, Observation } from '../model/observation.ts'
import type { Recorder } from './recorder.ts'
import { recordRead, recordSaw } from './recorder.ts'

/** One run of a candidate, as its driver knows it, and what that says besides the answer. */
export interface Called {
  readonly run: {
    readonly trigger: BusinessEvent
    readonly seed: string
    readonly mode?: CandidateCall['mode']
    readonly now: () => EpochMs
  }
  readonly recorder: Recorder
  failure: Observation | null
  answeredBy: string | null
}

const calledOf: unique symbol = Symbol('called')

interface Held {
  readonly [calledOf]: Called
}

/** Its parts are made when they are asked for: only those who drive a service ask, and to make them costs as much as a quick decision. */
export const callOf = (called: Called): CandidateCall => {
  const call: object = Object.create(parts)
  ;(call as { [calledOf]: Called })[calledOf] = called
  return call as CandidateCall
}

const part = <T>(made: (called: Called) => T): PropertyDescriptor => ({
  enumerable: true,
  get(this: Held): T {
    return made(this[calledOf])
  },
})

const parts: object = Object.defineProperties({}, {
  trigger: part(({ run }) => run.trigger),
  seed: part(({ run }) => run.seed),
  mode: part(({ run }) => run.mode ?? 'replay'),
  now: part(({ run }) => run.now),
  read: part(
    ({ recorder }): CandidateCall['read'] =>
      (asked) =>
        recordRead(recorder, asked),
  ),
  saw: part(
    ({ recorder }): CandidateCall['saw'] =>
      (projection, key, value) =>
        recordSaw(recorder, { projection, key, value }),
  ),
  answeredBy: part((called): CandidateCall['answeredBy'] => (version) => {
    called.answeredBy = version.slice(0, maxMessage)
  }),
  fail: part((called): CandidateCall['fail'] => (reason, message) => {
    called.failure = failed(reason, message)
  }),
} satisfies { readonly [Part in keyof CandidateCall]: PropertyDescriptor })

const maxMessage = 500

/** A failed answer, its message cut where that gets long. */
export const failed = (reason: FailureReason, message: string): Observation => ({
  kind: 'failed',
  reason,
  message: message.slice(0, maxMessage),
})
