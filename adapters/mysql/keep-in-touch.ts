import type { BanyanError } from '../../src/model/errors.ts'
import { sourceError } from './failure.ts'
import type { Settings } from './options.ts'

/** An idle server is asked for a sign of life this often. */
export const heartbeatMsOf = ({ silenceMs }: Settings): number => silenceMs / 6

export interface TouchOptions {
  readonly settings: Settings
  /** How often an idle source looks for the end of the log. */
  readonly askEveryMs: number
  readonly ask: () => Promise<void>
  /** Since the server's last word; 0 while nobody listens. */
  readonly silentMs: () => number
  readonly idle: () => boolean
  readonly fail: (error: unknown) => void
}

/** Questions about the end of the log to an idle server, and a watch over a silent one. */
export const keepInTouch = (options: TouchOptions): Disposable => {
  const watch = setInterval(() => {
    if (options.silentMs() > options.settings.silenceMs) options.fail(silent(options.settings))
  }, heartbeatMsOf(options.settings))
  let asking = false
  const askOnce = async (): Promise<void> => {
    if (asking || !options.idle()) return
    asking = true
    await options.ask().catch(options.fail)
    asking = false
  }
  const ask = setInterval(() => void askOnce(), options.askEveryMs)
  return {
    [Symbol.dispose]: () => {
      clearInterval(watch)
      clearInterval(ask)
    },
  }
}

const silent = (settings: Settings): BanyanError =>
  sourceError(
    settings,
    'source-unreachable',
    `the server has said nothing for ${settings.silenceMs / 1000} s`,
    'the connection is dead, or a firewall cuts it; Banyan goes on from its last position when it is back',
  )
