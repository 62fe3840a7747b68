import { unreachable } from './failure.ts'
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
  /** Looks for what others have changed. */
  readonly look: () => Promise<void>
  /** Since the server's last word; 0 while nobody listens. */
  readonly silentMs: () => number
  readonly idle: () => boolean
  readonly fail: (error: unknown) => void
}

/** Proof of life for the server, questions to an idle one, a watch over a silent one, and word of each acknowledgement. */
export const keepInTouch = (options: TouchOptions): Disposable => {
  const { settings, senderTimeoutMs, acknowledged, tell } = options
  const silenceMs = settings.silenceMs ?? Math.max(2 * senderTimeoutMs, 60_000)
  const aliveMs = Math.min(10_000, silenceMs / 3, senderTimeoutMs > 0 ? senderTimeoutMs / 3 : 10_000)
  let askedAtMs: number | null = null
  const silentMs = (): number => Math.max(options.silentMs(), askedAtMs === null ? 0 : Date.now() - askedAtMs)
  let suspected = false
  const alive = setInterval(() => {
    const silent = silentMs() > silenceMs
    // Asked once more first: it may be this process that did not listen.
    if (silent && suspected) options.fail(unreachable(settings, `the server has said nothing for ${Math.round(silenceMs / 100) / 10} s`))
    suspected = silent
    tell(silent)
  }, aliveMs)
  let looking = false
  const lookOnce = async (): Promise<void> => {
    if (looking) return
    looking = true
    await options.look().catch(options.fail)
    looking = false
  }
  const look = setInterval(() => void lookOnce(), settings.watchEveryMs)
  const askOnce = async (): Promise<void> => {
    if (askedAtMs !== null || !options.idle()) return
    askedAtMs = Date.now()
    await options.ask().catch(options.fail)
    askedAtMs = null
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
      clearInterval(look)
      acknowledged.listen(null)
    },
  }
}
