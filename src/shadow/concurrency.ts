import { BanyanError } from '../model/errors.ts'
import type { CandidateLimits } from '../model/context.ts'

/** Runs tasks, a few at a time; a few more may wait. */
export interface Concurrency {
  /** Resolves as the task does. Tasks start in the order in which they were given. */
  readonly run: <T>(task: () => Promise<T>) => Promise<T>
  /** Resolves when another task can be given. */
  readonly room: () => Promise<void>
  /** Resolves when nothing runs or waits. */
  readonly idle: () => Promise<void>
  readonly running: () => number
  readonly waiting: () => number
}

/** Never more than `concurrency` tasks at a time; `run` beyond `queue` waiting ones throws, so ask for `room` first. */
export const createConcurrency = (limits: Pick<CandidateLimits, 'concurrency' | 'queue'>): Concurrency => {
  let running = 0
  const queue: (() => void)[] = []
  let watchers: { isDue: () => boolean; tell: () => void }[] = []
  const when = (isDue: () => boolean): Promise<void> =>
    isDue() ? Promise.resolve() : new Promise((tell) => void watchers.push({ isDue, tell }))
  const hasRoom = (): boolean => running < limits.concurrency || queue.length < limits.queue
  const ended = (): void => {
    running -= 1
    queue.shift()?.()
    const due = watchers.filter((watcher) => watcher.isDue())
    watchers = watchers.filter((watcher) => !due.includes(watcher))
    for (const watcher of due) watcher.tell()
  }
  const start = <T>(task: () => Promise<T>): Promise<T> => {
    running += 1
    return new Promise<T>((done) => done(task())).finally(ended)
  }
  return {
    run: (task) => {
      if (running < limits.concurrency) return start(task)
      if (!hasRoom()) {
        return Promise.reject(new BanyanError('internal', 'more candidate runs were asked for than may wait', { hint: 'report this' }))
      }
      return new Promise((resolve, reject) => void queue.push(() => void start(task).then(resolve, reject)))
    },
    room: () => when(hasRoom),
    idle: () => when(() => running === 0 && queue.length === 0),
    running: () => running,
    waiting: () => queue.length,
  }
}
