import type { BanyanError } from '../../src/model/errors.ts'
import { sourceError } from './failure.ts'
import type { Settings } from './options.ts'
import type { Acknowledged } from './status.ts'

export interface TouchOptions {
  readonly settings: Settings
  readonly acknowledged: Acknowledged
  /** `wal_sender_timeout` of the server; 0: none. */
  readonly senderTimeoutMs: number
  /** How often an idle server is asked where it is. */
  readonly askEveryMs: number
  /** Sends a status update, which may ask for an answer. */
  readonly tell: (replyNow: boolean) => void
  /** Asks the server where it is. */
  readonly ask: () => Promise<void>
  /** Since the server's last word; 0 while nobody listens. */
  readonly silentMs: () => number
  readonly idle: () => boolean
  readonly fail: (error: unknown) => void
}

/** Proof of life for the server, questions to an idle one, a watch over a silent one, and word of each acknowledgement. */
export const keepInTouch = (options: TouchOptions): Disposable => {
  const { settings, senderTimeoutMs, acknowledged, tell } = options
  const aliveMs = senderTimeoutMs > 0 ? Math.min(10_000, senderTimeoutMs / 3) : 10_000
  const silenceMs = senderTimeoutMs > 0 ? Math.max(2 * senderTimeoutMs, 60_000) : Number.POSITIVE_INFINITY
  const alive = setInterval(() => {
    tell(false)
    if (options.silentMs() > silenceMs) options.fail(silent(settings, silenceMs))
  }, aliveMs)
  let asking = false
  const askOnce = async (): Promise<void> => {
    if (asking || !options.idle()) return
    asking = true
    await options.ask().catch(options.fail)
    asking = false
  }
  const ask = setInterval(() => void askOnce(), options.askEveryMs)
  let scheduled = false
  acknowledged.listen(() => {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      tell(false)
    })
  })
  return {
    [Symbol.dispose]: () => {
      clearInterval(alive)
      clearInterval(ask)
      acknowledged.listen(null)
    },
  }
}

const silent = (settings: Settings, silenceMs: number): BanyanError =>
  sourceError(
    settings,
    'source-unreachable',
    `the server has said nothing for ${Math.round(silenceMs / 1000)} s`,
    'the connection is dead, or a firewall cuts it',
  )
