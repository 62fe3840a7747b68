import { BanyanError } from '../../src/model/errors.ts'
import type { ErrorCode } from '../../src/model/errors.ts'
import type { Settings } from './options.ts'

/** Source and brokers for people, without user or password. */
export const place = ({ name, brokers }: Pick<Settings, 'name' | 'brokers'>): string => `${name} (${brokers.join(', ')})`

export const sourceError = (settings: Settings, code: ErrorCode, message: string, hint: string, cause?: unknown): BanyanError =>
  new BanyanError(code, message, {
    hint,
    where: place(settings),
    retryable: code === 'source-unreachable',
    ...(cause === undefined ? {} : { cause }),
  })

export const groupTaken = (settings: Settings): BanyanError =>
  sourceError(
    settings,
    'source-slot-in-use',
    `another reader is in the consumer group ${settings.groupId}`,
    'stop it, or give this one a group of its own (groupId)',
  )

/** Its place in the log is somebody else's by now. */
export const movedOn = (settings: Settings): BanyanError =>
  new BanyanError('source-moved-on', `another reader of the consumer group ${settings.groupId} has read on meanwhile`, {
    hint: 'begin again from the place that is durable now, with the same source: it is its turn',
    where: place(settings),
    retryable: true,
  })

export const newSnapshotPlan =
  'begin again with an empty store: let the connector write a snapshot anew (an ad hoc snapshot of all tables, or a new connector with fresh topics), and keep the topics for longer (retention.ms)'

interface Fault {
  readonly name: string
  readonly type: string
  /** The protocol's number; null: it is none of the protocol. */
  readonly code: number | null
  readonly message: string
}

/** An error of the driver, and all that it wraps. */
export const faultsIn = (error: unknown, depth = 0): readonly Fault[] => {
  if (typeof error !== 'object' || error === null || depth > 4) return []
  const { name, type, code, message, cause, originalError, errors } = error as Readonly<Record<string, unknown>>
  const inner = [cause, originalError, ...(Array.isArray(errors) ? (errors as readonly unknown[]) : [])]
  return [
    { name: String(name ?? ''), type: String(type ?? ''), code: typeof code === 'number' ? code : null, message: String(message ?? '') },
    ...inner.flatMap((each) => faultsIn(each, depth + 1)),
  ]
}

export const certificateHint =
  'give the authority that vouches for the brokers (ssl: { ca }), and name the brokers as their certificates do'

/** The connection was made, and the certificate at its other end not accepted. */
export const isCertificate = (faults: readonly Fault[]): boolean =>
  faults.some(({ message }) => /certificate|self-signed|altnames|wrong version number/i.test(message))

/** The brokers answer, and are not ready for a group just yet: the driver gives up at once, where it would do to ask again. */
export const isStarting = (error: unknown): boolean =>
  faultsIn(error).some(({ type }) => /^(?:GROUP_LOAD_IN_PROGRESS|GROUP_COORDINATOR_NOT_AVAILABLE|NOT_COORDINATOR_FOR_GROUP)$/.test(type))

/** Any failure of the driver or of a broker, as the one error class, with place and mend. */
export const failure = (error: unknown, settings: Settings): BanyanError => {
  if (error instanceof BanyanError) return error
  const faults = faultsIn(error)
  const message = faults[0]?.message || String(error)
  const any = (pattern: RegExp): boolean => faults.some(({ name, type }) => pattern.test(name) || pattern.test(type))
  if (any(/SASL|AUTHENTICATION|AUTHORIZATION_FAILED/i)) {
    return sourceError(
      settings,
      'source-refused',
      message,
      `check user and password (sasl), and that it may read the topics and use groups whose names begin with ${settings.groupId}`,
      error,
    )
  }
  if (isCertificate(faults)) return sourceError(settings, 'source-refused', message, certificateHint, error)
  if (any(/INCONSISTENT_GROUP_PROTOCOL/)) return groupTaken(settings)
  if (any(/UNKNOWN_TOPIC/)) return sourceError(settings, 'source-position-lost', 'a topic that was read is gone', newSnapshotPlan, error)
  if (any(/NotImplemented/)) {
    return sourceError(settings, 'source-undecodable', message, 'write the topics with gzip, snappy, lz4, zstd or no compression', error)
  }
  if (any(/CRC|MESSAGE_TOO_LARGE|CORRUPT/i)) {
    return sourceError(settings, 'source-undecodable', message, 'a batch in the topic is broken; look at the log of the broker', error)
  }
  return sourceError(
    settings,
    'source-unreachable',
    message,
    'check that the brokers run, and that their advertised addresses can be reached from here',
    error,
  )
}
