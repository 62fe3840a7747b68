import { setTimeout as sleep } from 'node:timers/promises'
import type { BanyanProcess, Ended } from '../story/banyan-process.ts'
import { startBanyan } from '../story/banyan-process.ts'

/** Starts `banyan run` again whenever it ends, as a service manager would. */
export interface Supervisor {
  /** `SIGKILL`; resolves when the process is gone. */
  readonly kill: () => Promise<void>
  /** How often it ended by itself with an error that is worth another try. */
  readonly retries: () => number
  /** Ends that no fault explains: a crash, or an error that says that trying again is of no use. Forgets them. */
  readonly takeUnexplained: () => readonly Ended[]
  readonly isUnexplained: () => boolean
  readonly stop: () => Promise<void>
}

const restartMs = 30

export const supervise = (args: readonly string[], env: Readonly<Record<string, string>>): Supervisor => {
  const unexplained: Ended[] = []
  let retries = 0
  let stopping = false
  let killing = false
  let current: BanyanProcess
  const watch = async (): Promise<void> => {
    while (!stopping) {
      current = startBanyan(args, { env })
      const ended = await current.ended
      if (stopping) return
      if (killing && ended.code === null) killing = false
      else if (isRetryable(ended)) retries += 1
      else unexplained.push(ended)
      await sleep(restartMs)
    }
  }
  const watching = watch()
  return {
    kill: async () => {
      killing = true
      await current.signal('SIGKILL')
    },
    retries: () => retries,
    takeUnexplained: () => unexplained.splice(0),
    isUnexplained: () => unexplained.length > 0,
    stop: async () => {
      stopping = true
      await current.signal('SIGKILL')
      await watching
    },
  }
}

const isRetryable = ({ code, stdout }: Ended): boolean => {
  if (code !== 3) return false
  try {
    return (JSON.parse(stdout) as { readonly error: { readonly retryable: boolean } }).error.retryable
  } catch {
    return false
  }
}
