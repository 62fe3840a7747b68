import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

// A service of its own process. The path says how it behaves.

interface Asked {
  readonly mode: 'live' | 'replay'
  readonly trigger: { readonly data: { readonly sku: string; readonly qty: number } }
  readonly reads: readonly {
    readonly projection: string
    readonly key?: string
    readonly entries: readonly { readonly value: number | null }[]
  }[]
}

const hello = { banyan: 1, accepts: ['reads'], version: 'v7' }
/** What the service's own store holds: never what the legacy has. */
const ownStock = 2

const given = ({ trigger, reads }: Asked): number | null | undefined =>
  reads.find(({ projection, key }) => projection === 'stock' && key === trigger.data.sku)?.entries[0]?.value

const decided = ({ trigger }: Asked, stock: number | null): object => ({
  answer: { qty: Math.min(trigger.data.qty, stock ?? 0) },
  inputs: ['/sku', '/qty'],
})

const fromGiven = (asked: Asked): object => {
  const stock = given(asked)
  return stock === undefined ? { needs: [{ projection: 'stock', key: asked.trigger.data.sku }] } : decided(asked, stock)
}

const fromOwn = (asked: Asked): object => ({
  ...decided(asked, ownStock),
  reads: [{ projection: 'stock', key: asked.trigger.data.sku, value: ownStock }],
})

let asks = 0
let greetings = 0

/** Path → what is said to a question: a body, or a status with a text. */
const behaviours: Readonly<Record<string, (asked: Asked, request: IncomingMessage) => object | string | number | null>> = {
  '/given': fromGiven,
  '/own': (asked) => (asked.mode === 'replay' ? fromGiven(asked) : fromOwn(asked)),
  '/cheats': fromOwn,
  '/live-only': fromOwn,
  '/greedy': () => ({ needs: [{ projection: 'stock', key: 'A' }] }),
  '/failed': () => ({ failed: 'no price for A' }),
  '/garbage': () => 'so sorry',
  '/neither': () => ({ answers: 42 }),
  '/huge': () => `{"answer":"${'x'.repeat(3_000_000)}"}`,
  '/slow': () => null,
  '/500': () => 500,
  '/503': () => 503,
  '/401': () => 401,
  '/effects': (asked) => ({ ...decided(asked, 9), effects: [{ kind: 'mail', payload: { to: 'C1' } }] }),
  '/echo': (asked, request) => ({ answer: { headers: request.headers, asked: asked as object } }),
  '/drops': (asked) => {
    asks += 1
    return asks % 2 === 1 ? -1 : decided(asked, 9)
  },
}

const text = async (request: IncomingMessage): Promise<string> => {
  let all = ''
  for await (const chunk of request) all += String(chunk)
  return all
}

const server = createServer((request, response) => {
  const path = request.url ?? ''
  if (request.method === 'GET') {
    if (path === '/live-only') response.writeHead(404).end('no such page')
    else if (path === '/slow-hello') {
      greetings += 1
      if (greetings > 1) response.end(JSON.stringify(hello))
    } else if (path === '/no-banyan') response.end('{"hello":"world"}')
    else response.end(JSON.stringify(hello))
    return
  }
  void text(request).then((body) => {
    const said = behaviours[path]?.(JSON.parse(body) as Asked, request) ?? null
    if (said === null) return
    if (said === -1) request.socket.destroy()
    else if (typeof said === 'number') response.writeHead(said).end(`secret of ${request.headers.authorization ?? 'nobody'}`)
    else response.end(typeof said === 'string' ? said : JSON.stringify(said))
  })
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
