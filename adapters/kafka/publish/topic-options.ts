import type { Duration } from '../../../src/model/duration.ts'
import { durationMs } from '../../../src/model/duration.ts'
import { BanyanError } from '../../../src/model/errors.ts'
import type { EventStream } from '../../../src/model/event-stream.ts'

/** A topic of business events: of one journey, of some types, or both. */
export interface TopicOptions {
  readonly topic: string
  /** Name of a journey: all its facts, derived ones included. */
  readonly journey?: string
  /** Types that it carries besides. */
  readonly types?: readonly string[]
  /** The team that answers for it. */
  readonly owner: string
  readonly description?: string
  /** How long events are kept. Default: for ever, so that who comes later reads all of it. */
  readonly retention?: Duration
  /** Promised to subscribers: how old an event may be at most when they can read it. */
  readonly freshWithin?: Duration
  /** Events of one key are in one of them. It should never be changed: keys would move. Default 3. */
  readonly partitions?: number
  /** Default: the brokers' own. */
  readonly replicas?: number
}

const usualPartitions = 3
const topicName = /^[A-Za-z0-9._-]{1,200}$/

/** @throws BanyanError config-invalid */
export const streamOfTopic = (options: TopicOptions): EventStream => {
  const { topic, journey = null, types = [], owner, description = null, retention, freshWithin } = options
  const { partitions = usualPartitions, replicas = null } = options
  const invalid = (what: string, hint: string): BanyanError =>
    new BanyanError('config-invalid', `topic ${topic}: ${what}`, { hint, where: topic })
  if (!topicName.test(topic)) throw invalid('its name is none of a topic', 'use letters, digits, ".", "_" and "-", 200 at most')
  if (journey === null && types.length === 0) throw invalid('it carries nothing', 'name a journey, or types')
  if (owner.trim() === '') throw invalid('it has no owner', 'name the team that answers for it')
  if (!Number.isInteger(partitions) || partitions < 1) throw invalid('partitions is not 1, 2, 3 …', 'three do for most')
  return {
    name: topic,
    journey,
    types,
    owner,
    description,
    retentionMs: retention === undefined ? null : durationMs(retention),
    freshWithinMs: freshWithin === undefined ? null : durationMs(freshWithin),
    partitions,
    replicas,
  }
}
