import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** Stands between a client and its server, and does to their connections what networks do. */
export interface TcpProxy extends AsyncDisposable {
  /** The given URL, by way of the proxy. */
  readonly url: string
  /** Ends all connections at once. */
  readonly cut: () => void
  /** Passes on nothing more over the present connections, and does not end them: a half-open connection. New ones are as before. */
  readonly stall: () => void
  /** While true, new connections are refused. */
  readonly refuse: (refuse: boolean) => void
}

export const tcpProxy = async (target: string): Promise<TcpProxy> => {
  const { hostname, port } = new URL(target)
  const pairs = new Set<readonly [Socket, Socket]>()
  let refusing = false
  const server = createServer((client) => {
    if (refusing) {
      client.destroy()
      return
    }
    const upstream = connect(Number(port), hostname)
    const pair = [client, upstream] as const
    pairs.add(pair)
    client.pipe(upstream)
    upstream.pipe(client)
    for (const [socket, other] of [pair, pair.toReversed()] as const) {
      socket.on('error', () => {})
      socket.on('close', () => {
        pairs.delete(pair)
        other?.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = new URL(target)
  url.port = String(typeof address === 'object' ? address?.port : 0)
  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }
  return {
    url: url.href,
    cut,
    stall: () => {
      for (const [client, upstream] of pairs) {
        for (const socket of [client, upstream]) socket.unpipe().pause()
      }
    },
    refuse: (refuse) => {
      refusing = refuse
    },
    [Symbol.asyncDispose]: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
