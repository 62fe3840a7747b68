import { BanyanError } from '../../../src/model/errors.ts'
import type { ErrorCode } from '../../../src/model/errors.ts'
import { certificateHint, faultsIn, isCertificate } from '../failure.ts'
import type { ProducerSettings } from './options.ts'

export const sinkError = (settings: ProducerSettings, code: ErrorCode, message: string, hint: string, cause?: unknown): BanyanError =>
  new BanyanError(code, message, {
    hint,
    where: `${settings.name} (${settings.brokers.join(', ')})`,
    retryable: code === 'sink-unreachable',
    ...(cause === undefined ? {} : { cause }),
  })

const refused =
  'check user and password (sasl), and that it may write and describe the topics, create those that are missing, and use the transactional id banyan-NAME'

/** Any failure of the driver or of a broker under a producer, as the one error class. */
export const sinkFailure = (error: unknown, settings: ProducerSettings): BanyanError => {
  if (error instanceof BanyanError) return error
  const faults = faultsIn(error)
  const message = faults.find((each) => each.message !== '')?.message ?? String(error)
  const any = (pattern: RegExp): boolean => faults.some(({ name, type }) => pattern.test(name) || pattern.test(type))
  if (any(/SASL|AUTHENTICATION|AUTHORIZATION_FAILED/i)) return sinkError(settings, 'sink-refused', message, refused, error)
  if (isCertificate(faults)) return sinkError(settings, 'sink-refused', message, certificateHint, error)
  if (any(/INVALID_PRODUCER_EPOCH|PRODUCER_FENCED|INVALID_PRODUCER_ID_MAPPING/) || faults.some(({ code }) => code === 90)) {
    return sinkError(
      settings,
      'sink-fenced',
      `another producer took the name ${settings.name}`,
      'stop it, or give this one a name of its own; nothing of this one is half done',
      error,
    )
  }
  if (any(/MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE/)) {
    return sinkError(
      settings,
      'sink-record-too-large',
      message,
      'raise max.message.bytes of the topic (and message.max.bytes of the brokers), or lower batchBytes where it is the batch that is too large',
      error,
    )
  }
  if (any(/INVALID_TOPIC|INVALID_PARTITIONS|INVALID_REPLICATION_FACTOR|INVALID_CONFIG|POLICY_VIOLATION/)) {
    return sinkError(settings, 'sink-topic', message, 'make the topic yourself, or mend newTopics', error)
  }
  return sinkError(
    settings,
    'sink-unreachable',
    message,
    'check that the brokers run, and that their advertised addresses can be reached from here',
    error,
  )
}
