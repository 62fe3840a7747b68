import { BanyanError } from '../../../src/model/errors.ts'
import { position } from '../../../src/model/ids.ts'
import type { LogPlace } from './log-place.ts'
import { logPlace } from './log-place.ts'

/** How far an emission is, as it lies in Kafka beside what was written. */
export interface EmitPosition {
  /** Of the source: where to go on. */
  readonly token: string
  /** Place of the last commit; empty before the first. */
  readonly last: string
  /** In the middle of a snapshot. */
  readonly isSnapshot: boolean
}

export const positionText = ({ token, last, isSnapshot }: EmitPosition): string =>
  JSON.stringify({ emit: 1, token, last, ...(isSnapshot ? { snapshot: true } : {}) })

/** @throws BanyanError sink-topic: something else was written under this name. */
export const parsePosition = (text: string): EmitPosition => {
  const { emit, token, last, snapshot } = parsed(text)
  if (emit === 1 && typeof token === 'string' && typeof last === 'string') return { token, last, isSnapshot: snapshot === true }
  throw new BanyanError('sink-topic', 'the topic of positions holds something that is none of an emission', {
    hint: 'give the emission a name of its own (kafka.name)',
  })
}

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return (JSON.parse(text) ?? {}) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}

export const placeBefore = ({ last }: EmitPosition): LogPlace | null => (last === '' ? null : logPlace(position(last)))
