import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** Stands between two programs that talk by TCP, and does to their connections what networks do. */
export interface FaultProxy {
  readonly port: number
  /** Connections at this moment. */
  readonly connections: () => number
  /** Ends every connection with a reset. */
  readonly cut: () => void
  /** The server's side is gone without a word: no byte comes or goes, and nobody is told. New connections work. */
  readonly halfOpen: () => void
  /** Holds every byte back, until `goOn`. */
  readonly stall: () => void
  readonly goOn: () => void
  /** From now on each piece comes so much later. */
  readonly delay: (ms: number) => void
  readonly close: () => void
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
}

interface State {
  readonly pairs: Set<Pair>
  /** Clients whose server is gone without a word. */
  readonly forsaken: Set<Socket>
  stalled: boolean
  delayMs: number
}

export const startFaultProxy = (to: { readonly host: string; readonly port: number }): Promise<FaultProxy> => {
  const state: State = { pairs: new Set(), forsaken: new Set(), stalled: false, delayMs: 0 }
  const listener = createServer((client) => join(state, { client, server: connect(to) }))
  return new Promise((resolve) => {
    listener.listen(0, '127.0.0.1', () => resolve(proxy(state, (listener.address() as AddressInfo).port, () => listener.close())))
  })
}

const join = (state: State, pair: Pair): void => {
  const { client, server } = pair
  state.pairs.add(pair)
  forward(state, pair, client, server)
  forward(state, pair, server, client)
}

const forward = (state: State, pair: Pair, from: Socket, to: Socket): void => {
  if (state.stalled) from.pause()
  const later = inOrder(state)
  from.on('data', (bytes) => {
    later(() => {
      if (to.destroyed || to.write(bytes)) return
      from.pause()
      to.once('drain', () => {
        if (!state.stalled) from.resume()
      })
    })
  })
  from.on('error', () => undefined)
  from.once('close', () => {
    if (!state.pairs.delete(pair)) return
    later(() => to.destroy())
  })
}

/** Each piece of work so much later, and never before what was asked for earlier. */
const inOrder = (state: State): ((work: () => void) => void) => {
  const waiting: { readonly dueAt: number; readonly work: () => void }[] = []
  const next = (): void => {
    const first = waiting[0]
    if (first === undefined) return
    setTimeout(
      () => {
        waiting.shift()
        first.work()
        next()
      },
      Math.max(0, first.dueAt - Date.now()),
    )
  }
  return (work) => {
    if (state.delayMs === 0 && waiting.length === 0) {
      work()
      return
    }
    waiting.push({ dueAt: Date.now() + state.delayMs, work })
    if (waiting.length === 1) next()
  }
}

const each = ({ pairs }: State, work: (pair: Pair) => void): void => {
  for (const pair of [...pairs]) work(pair)
}

const proxy = (state: State, port: number, stopListening: () => void): FaultProxy => {
  const cut = (): void =>
    each(state, ({ client, server }) => {
      client.resetAndDestroy()
      server.resetAndDestroy()
    })
  const flow = (stalled: boolean): void => {
    state.stalled = stalled
    each(state, ({ client, server }) => {
      for (const socket of [client, server]) stalled ? socket.pause() : socket.resume()
    })
  }
  return {
    port,
    connections: () => state.pairs.size,
    cut,
    halfOpen: () =>
      each(state, (pair) => {
        // No longer a pair: when one side ends the other is not told.
        state.pairs.delete(pair)
        pair.client.removeAllListeners('data').resume()
        state.forsaken.add(pair.client)
        pair.client.once('close', () => state.forsaken.delete(pair.client))
        pair.server.resetAndDestroy()
      }),
    stall: () => flow(true),
    goOn: () => flow(false),
    delay: (ms) => {
      state.delayMs = ms
    },
    close: () => {
      stopListening()
      cut()
      for (const client of state.forsaken) client.destroy()
    },
  }
}
