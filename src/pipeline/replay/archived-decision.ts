import type { BusinessEvent } from '../../model/business-event.ts'
import { decode, encode } from '../../model/canonical.ts'
import { BanyanError } from '../../model/errors.ts'
import type { DecisionId, EpochMs, HiddenRuleId, SourceName } from '../../model/ids.ts'
import { epochMs } from '../../model/ids.ts'
import type { CauseLabel } from '../../model/night.ts'
import type { Observation } from '../../model/observation.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { RecordedRead } from '../../model/read.ts'
import type { Data } from '../../model/value.ts'
import { labelOf } from '../night/label.ts'

/** The first line of an archive file; see docs/replay.md. */
export interface ArchiveHeader {
  readonly context: string
  readonly source: SourceName
  readonly candidateVersion: string
  readonly rules: readonly { readonly id: HiddenRuleId; readonly words: string }[]
}

/** What the candidate said once, at which instant, and all that it had read. */
export interface ArchivedAnswer {
  readonly at: EpochMs
  readonly observation: Observation
  readonly reads: readonly ArchivedRead[]
}

/** Projection, kind, key, and what the entries held: that is all that a replay has to give again. */
export type ArchivedRead = readonly [string, RecordedRead['kind'], string, readonly (readonly [string, Data])[]]

/** One decision as a replay needs it. */
export interface ArchivedDecision {
  readonly id: DecisionId
  readonly trigger: Pick<BusinessEvent, 'id' | 'type' | 'key' | 'data' | 'occurredAt' | 'position' | 'ordinal'>
  /** The legacy's final word; null while it is open. */
  readonly legacy: Observation | null
  /** What it said first, where it corrected itself. */
  readonly first: Observation | null
  readonly live: ArchivedAnswer
  /** Null when it was not classified. */
  readonly asOf: ArchivedAnswer | null
  /** Null for agreement. */
  readonly cause: CauseLabel | null
  readonly rule: HiddenRuleId | null
  readonly exposure: number | null
}

const version = 1

export const archiveHeaderLine = (header: ArchiveHeader): string =>
  encode({ banyan: 'archive', version, ...header, rules: header.rules.map(({ id, words }) => ({ id, words })) })

/** @throws BanyanError fixture-invalid when the line is not the header of an archive of this version. */
export const readArchiveHeader = (text: string, place: string): ArchiveHeader => {
  const header = parsed(text, place) as Readonly<Record<string, unknown>> | null
  if (header?.['banyan'] !== 'archive' || header['version'] !== version) {
    throw new BanyanError('fixture-invalid', 'this is not an archive of decisions that this version can read', {
      where: place,
      hint: 'write it anew: banyan replay --keep <file>',
    })
  }
  return header as unknown as ArchiveHeader
}

/** What was recorded of one decision as one line. What the legacy said and the live run read is not written where it is that of the as-of run. */
export const archiveLine = ({ live, legacy, verdict }: PairedDecision): string => {
  const { id, type, key, data, occurredAt, position, ordinal } = live.trigger
  const finding = verdict?.finding
  const asOf = verdict === null || legacy.observation?.kind === 'absent' ? null : verdict.asOf
  const then = {
    observation: asOf === null ? null : encode(plain(asOf.observation)),
    reads: asOf === null ? null : encode(readsOf(asOf.reads)),
  }
  const observation = plain(live.observation)
  const reads = readsOf(live.reads)
  return encode({
    id: live.id,
    trigger: { id, type, key, data, occurredAt, position, ordinal },
    ...(legacy.observation !== null && encode(plain(legacy.observation)) === then.observation ? {} : { legacy: plain(legacy.observation) }),
    ...(legacy.firstObservation === null ? {} : { first: plain(legacy.firstObservation) }),
    ...(asOf === null
      ? {}
      : { asOf: { at: legacy.decidedAt ?? live.decidedAt, observation: plain(asOf.observation), reads: readsOf(asOf.reads) } }),
    live: {
      at: live.decidedAt,
      ...(encode(observation) === then.observation ? {} : { observation }),
      ...(encode(reads) === then.reads ? {} : { reads }),
    },
    cause: verdict === null ? null : labelOf(verdict),
    ...(finding?.kind === 'caused' && finding.rule !== null ? { rule: finding.rule } : {}),
    exposure: verdict?.exposure ?? null,
  })
}

/** What {@link archiveLine} would write and {@link readArchiveLine} read. */
export const archivedDecision = (pair: PairedDecision): ArchivedDecision => readArchiveLine(archiveLine(pair), pair.live.id)

/**
 * Back from {@link archiveLine}.
 *
 * @throws BanyanError fixture-invalid, naming the place.
 */
export const readArchiveLine = (text: string, place: string): ArchivedDecision => {
  const read = parsed(text, place) as unknown as Partial<Omit<ArchivedDecision, 'live'>> & { readonly live?: Partial<ArchivedAnswer> }
  const { id, trigger, first = null, asOf = null, live = {}, cause = null, rule = null, exposure = null } = read
  const observation = live.observation ?? asOf?.observation
  if (id === undefined || trigger === undefined || observation === undefined) throw damaged(place)
  const legacy = read.legacy === undefined ? (asOf?.observation ?? null) : read.legacy
  const answer = { at: live.at ?? epochMs(0), observation, reads: live.reads ?? asOf?.reads ?? [] }
  return { id, trigger, legacy, first, live: answer, asOf, cause, rule, exposure }
}

const readsOf = (reads: readonly RecordedRead[]): Data =>
  reads.map(({ projection, kind, key, entries }) => [projection, kind, key, entries.map((entry) => [entry.key, entry.value])])

/** Model types are data all through, which their interfaces cannot say to the compiler. */
const plain = (observation: Observation | null): Data => observation as unknown as Data

const parsed = (text: string, place: string): Data => {
  try {
    const data = decode(text)
    if (typeof data === 'object' && data !== null) return data
  } catch {}
  throw damaged(place)
}

const damaged = (place: string): BanyanError =>
  new BanyanError('fixture-invalid', 'this line is not a recorded decision', {
    where: place,
    hint: 'write the archive anew: banyan replay --keep <file>',
  })
