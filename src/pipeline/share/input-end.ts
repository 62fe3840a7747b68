import type { SourceName } from '../../model/ids.ts'
import type { ChangeLog } from '../../ports/change-log.ts'
import { pause } from '../pause.ts'

/** Where several processes work on one input: when it has ended for the stages of this one. */
export interface InputEnd {
  /** This process captures: it has said that the input goes on. */
  readonly opened: () => void
  /** It has captured the input to its end. */
  readonly passed: () => void
  /** Follows the input by turns, each to an end of it, until it has ended for good or the signal is aborted. */
  readonly follow: <T>(turn: () => Promise<T>) => Promise<T | null>
}

const lookMs = 20

/**
 * An input that another process declared ended goes on when a process of this kind captures again: an end counts where this process
 * captured up to it, or does not capture and was told to end.
 */
export const createInputEnd = (input: {
  readonly log: Pick<ChangeLog, 'captureCursor'>
  readonly source: SourceName
  readonly signal: AbortSignal
  readonly end: AbortSignal
  readonly captures: boolean
  /** Whether this process is the one that captures now, or is about to. */
  readonly isCapturing: () => boolean
}): InputEnd => {
  const { log, source, signal, end, captures, isCapturing } = input
  let openings = 0
  let isPassed = false
  const isOver = (): boolean => (captures ? isPassed : end.aborted)
  const isEnded = async (): Promise<boolean> => (await log.captureCursor(source))?.phase === 'ended'
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!signal.aborted && !(await holds())) await pause(lookMs, signal)
  }
  return {
    opened: () => {
      openings += 1
    },
    passed: () => {
      isPassed = true
    },
    follow: async (turn) => {
      while (!signal.aborted) {
        if (captures && openings === 0) await until(async () => openings > 0 || (!isCapturing() && !(await isEnded())))
        const opened = openings
        const done = await turn()
        await until(async () => isOver() || !(await isEnded()))
        if (signal.aborted || (isOver() && opened === openings)) return done
      }
      return null
    },
  }
}
