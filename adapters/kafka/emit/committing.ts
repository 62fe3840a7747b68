import type { TransactionalProducer } from '../produce/transactional-producer.ts'
import type { EmitPosition } from './emit-position.ts'
import { positionText } from './emit-position.ts'

/** Decides when what was written is committed: after a while, after so much, and never inside of a transaction of the source. */
export interface Committing {
  /** A transaction of the source begins, and may take a while. */
  readonly begin: () => void
  /** It is written, with so many changes. Resolves when there is room for more. */
  readonly end: (at: EmitPosition, changes: number) => Promise<void>
  /** Nothing was to be written up to here. */
  readonly pass: (at: EmitPosition) => void
  /** Commits what is left. */
  readonly flush: () => Promise<void>
  readonly stop: () => void
}

export interface CommittingOptions {
  readonly producer: TransactionalProducer
  /** The least time from one commit to the next. */
  readonly everyMs: number
  readonly onCommitted: (at: EmitPosition, changes: number) => void
  readonly onFailure: (error: unknown) => void
}

const mostChanges = 50_000
/** Of an idle source only the place moves: that is worth a commit now and then. */
const idleMs = 5_000

export const committing = ({ producer, everyMs, onCommitted, onFailure }: CommittingOptions): Committing => {
  let pending: { readonly at: EmitPosition; readonly changes: number } | null = null
  let running: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let isInside = false
  let isDue = false
  const commit = (): void => {
    isDue = true
    if (isInside || running !== null || pending === null) return
    const { at, changes } = pending
    pending = null
    isDue = false
    disarm()
    running = producer.commit(positionText(at)).then(
      () => {
        running = null
        onCommitted(at, changes)
        if (isDue) commit()
      },
      (error: unknown) => {
        running = null
        onFailure(error)
      },
    )
  }
  const disarm = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  const arm = (ms: number): void => {
    timer ??= setTimeout(() => {
      timer = null
      commit()
    }, ms)
  }
  return {
    begin: () => {
      isInside = true
    },
    end: async (at, changes) => {
      isInside = false
      if (pending !== null && pending.changes === 0) disarm()
      pending = { at, changes: (pending?.changes ?? 0) + changes }
      if (isDue || pending.changes >= mostChanges) commit()
      else arm(everyMs)
      if (pending !== null && pending.changes >= mostChanges && running !== null) await running
    },
    pass: (at) => {
      pending = { at, changes: pending?.changes ?? 0 }
      arm(idleMs)
    },
    flush: async () => {
      while (running !== null || pending !== null) {
        commit()
        await running
      }
    },
    stop: disarm,
  }
}
