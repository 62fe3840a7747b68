import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** What a proxy does to the bytes that pass, by direction; each gets one piece as it came. */
export interface Meddling {
  readonly fromClient?: (bytes: Buffer) => Buffer
  readonly fromServer?: (bytes: Buffer) => Buffer
}

export interface FakePooler extends AsyncDisposable {
  readonly url: string
}

/** A proxy before a real server that passes on all but what it meddles with: as much of a pooler as a client can see of one. */
export const startFakePooler = async (serverUrl: string, { fromClient, fromServer }: Meddling): Promise<FakePooler> => {
  const target = new URL(serverUrl)
  const open = new Set<Socket>()
  const same = (bytes: Buffer): Buffer => bytes
  const proxy = createServer((client) => {
    const server = connect(Number(target.port), target.hostname)
    for (const [from, to, change] of [
      [client, server, fromClient ?? same],
      [server, client, fromServer ?? same],
    ] as const) {
      open.add(from)
      from.on('data', (bytes) => to.write(change(Buffer.from(bytes))))
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  const url = new URL(serverUrl)
  url.host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  return {
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}

/** PostgreSQL: the greeting names another process than the one that works. */
export const otherProcess = (bytes: Buffer): Buffer => {
  const at = bytes.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]))
  if (at >= 0) bytes.writeInt32BE(bytes.readInt32BE(at + 5) + 100_000, at + 5)
  return bytes
}

/** PostgreSQL: what a session is to be set to at its start is dropped. */
export const withoutOptions = (bytes: Buffer): Buffer => {
  const version3 = 196_608
  if (bytes.length < 9 || bytes.readInt32BE(0) !== bytes.length || bytes.readInt32BE(4) !== version3) return bytes
  const words = bytes.toString('utf8', 8, bytes.length - 2).split('\0')
  const kept = words.filter((_, at) => words[at - (at % 2)] !== 'options')
  const body = Buffer.from(`${kept.join('\0')}\0\0`)
  const head = Buffer.alloc(8)
  head.writeInt32BE(8 + body.length, 0)
  head.writeInt32BE(version3, 4)
  return Buffer.concat([head, body])
}

/** MySQL and MariaDB: the greeting, the first packet of each connection, names another one than the server has. */
export const otherConnection = (bytes: Buffer): Buffer => {
  const greeting = bytes[3] === 0 && bytes[4] === 10
  if (!greeting) return bytes
  const at = bytes.indexOf(0, 5) + 1
  bytes.writeUInt32LE(bytes.readUInt32LE(at) + 100_000, at)
  return bytes
}
