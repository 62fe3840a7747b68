import type { EpochMs } from '../model/ids.ts'

/** The one clock: the source's time. A demo's clock may run a week in a minute. */
export interface Clock {
  readonly now: () => EpochMs
}
