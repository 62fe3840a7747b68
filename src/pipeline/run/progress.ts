import type { CaptureProgress } from '../capture.ts'
import type { Sharing } from '../share/claims.ts'

/** Where a run stands; counts are of this run. */
export interface RunProgress {
  readonly phase: 'capturing' | 'draining' | 'mining' | 'done'
  readonly capture: CaptureProgress | null
  readonly shadowed: number
  readonly settled: number
  readonly classified: number
  /** Events, to all streams together. */
  readonly published: number
  /** Row changes that went to the config's emitter. */
  readonly emitted: number
  /** Which stages are done by this process, and for which it stands by. */
  readonly stages: Sharing
}

/** Who tells what of it. */
export interface Progress {
  readonly phase: (phase: RunProgress['phase']) => void
  readonly captured: (progress: CaptureProgress) => void
  readonly shadowed: (count: number) => void
  readonly settled: (count: number) => void
  readonly classified: (count: number) => void
  readonly published: (count: number) => void
  /** In all. */
  readonly emitted: (count: number) => void
  readonly shared: (stages: Sharing) => void
}

export const createProgress = (onProgress: (progress: RunProgress) => void): Progress => {
  let state: RunProgress = {
    phase: 'capturing',
    capture: null,
    shadowed: 0,
    settled: 0,
    classified: 0,
    published: 0,
    emitted: 0,
    stages: { holds: [], waitsFor: [] },
  }
  const tell = (change: Partial<RunProgress>): void => {
    state = { ...state, ...change }
    onProgress(state)
  }
  return {
    phase: (phase) => tell({ phase }),
    captured: (progress) => tell({ capture: progress }),
    shadowed: (count) => tell({ shadowed: state.shadowed + count }),
    settled: (count) => tell({ settled: state.settled + count }),
    classified: (count) => tell({ classified: state.classified + count }),
    published: (count) => tell({ published: state.published + count }),
    emitted: (count) => tell({ emitted: count }),
    shared: (stages) => tell({ stages }),
  }
}
