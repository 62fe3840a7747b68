import type { ReadOptions } from '../../src/ports/change-source.ts'
import type { KafkaClient, Membership } from './client.ts'
import { groupTaken, movedOn } from './failure.ts'
import type { Settings } from './options.ts'

/** How long a reader that must begin again keeps its turn. */
const keptMs = 5000

/** A source's place among the readers of its group, from one read to the next. */
export interface Turns {
  /**
   * Resolves when this one is the reader; null: the signal was aborted before.
   * @throws BanyanError source-slot-in-use where another one reads and nobody is to be waited for;
   *   source-moved-on where another one has read until now: the read must begin again, and keeps its turn for that.
   */
  readonly take: (client: KafkaClient, topic: string, options: ReadOptions) => Promise<Membership | null>
  /** The read is over. `again`: another one begins at once. */
  readonly end: (again: boolean) => Promise<void>
}

export const turns = (settings: Settings): Turns => {
  let membership: Membership | null = null
  let timer: NodeJS.Timeout | undefined
  const leave = async (): Promise<void> => {
    clearTimeout(timer)
    const left = membership
    membership = null
    await left?.leave()
  }
  const joined = async (client: KafkaClient, topic: string, signal: AbortSignal): Promise<Membership | null> => {
    clearTimeout(timer)
    try {
      membership?.checked()
    } catch {
      await leave()
    }
    membership ??= await unlessAborted(client.join(topic), signal)
    return membership
  }
  return {
    take: async (client, topic, { signal, until, onNotice }) => {
      const member = await joined(client, topic, signal)
      if (member === null || signal.aborted) return null
      member.checked()
      if (member.isReader()) return member
      if (until === 'current') throw groupTaken(settings)
      onNotice?.(`another reader is in the consumer group ${settings.groupId}: this one stands by`)
      await member.turn(signal)
      if (signal.aborted) return null
      throw movedOn(settings)
    },
    end: async (again) => {
      clearTimeout(timer)
      if (again) timer = setTimeout(() => void leave(), keptMs)
      else await leave()
    },
  }
}

/** The group may wait for one that died before it answers. Null: the signal was aborted first; then it is left as soon as it does. */
const unlessAborted = async (joining: Promise<Membership>, signal: AbortSignal): Promise<Membership | null> => {
  const aborted = Promise.withResolvers<null>()
  const onAbort = (): void => aborted.resolve(null)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    const member = await Promise.race([joining, aborted.promise])
    if (member === null) joining.then((late) => late.leave()).catch(() => {})
    return member
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
