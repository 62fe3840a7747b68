import type { Buffer } from 'node:buffer'
import type { Kafka } from 'kafkajs'
import { decodeFetchAnswer, fetchVersion } from './fetch-answer.ts'

interface Protocol {
  readonly request: { readonly apiVersion: number }
  readonly response: { readonly decode: (bytes: Buffer) => Promise<unknown> }
}

type Lookup = (apiKey: number, definition: unknown) => (fields: unknown) => Protocol

interface Broker {
  lookupRequest: Lookup
}

interface Cluster {
  findBroker: (of: unknown) => Promise<Broker>
}

type CreateCluster = (options: unknown) => Cluster

const fetchKey = 1

/**
 * From here on this driver's consumers leave batches of records packed (`PackedMessage`): kafkajs 2.2.4 makes objects, big integers and copies
 * for each record, which cost more than all else that is done with it. Drivers of others in the same process are as they were.
 *
 * @throws TypeError where the driver is not built as it is known.
 */
export const packBatches = (kafka: Kafka): void => {
  const name = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === 'private:Kafka:createCluster')
  if (name === undefined) throw new TypeError('kafkajs is not built as in 2.2.4')
  const clients = kafka as unknown as Record<symbol, CreateCluster>
  const create = clients[name]
  clients[name] = (options) => {
    const cluster = (create as CreateCluster)(options)
    const find = cluster.findBroker.bind(cluster)
    cluster.findBroker = async (of) => packing(await find(of))
    return cluster
  }
}

const packed = new WeakSet<Broker>()

/** The broker looks up anew whenever it connects. */
const packing = (broker: Broker): Broker => {
  if (packed.has(broker)) return broker
  packed.add(broker)
  let lookup = packedLookup(broker.lookupRequest)
  Object.defineProperty(broker, 'lookupRequest', {
    get: () => lookup,
    set: (next: Lookup) => {
      lookup = packedLookup(next)
    },
  })
  return broker
}

const packedLookup =
  (lookup: Lookup): Lookup =>
  (apiKey, definition) => {
    const make = lookup(apiKey, definition)
    return apiKey === fetchKey ? (fields) => packedProtocol(make(fields)) : make
  }

const packedProtocol = (protocol: Protocol): Protocol => {
  const { request, response } = protocol
  if (request.apiVersion !== fetchVersion) return protocol
  const decode = async (bytes: Buffer): Promise<unknown> => (await decodeFetchAnswer(bytes)) ?? response.decode(bytes)
  return { ...protocol, response: { ...response, decode } }
}
