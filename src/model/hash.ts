import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { ContextName, DecisionId, EventId, Position, SourceName } from './ids.ts'

/** One hash at a time is at work, always from the same beginning: to set up a new one would cost more than most texts. */
const beginning = sha256.create()
const working = sha256.create()
const digest = new Uint8Array(32)
const first128Bits = digest.subarray(0, 16)

/** The first 128 bits of the text's SHA-256, as 32 hex digits. Of the sound hashes it is the quickest for short texts. */
export const hashText = (text: string): string => {
  beginning._cloneInto(working)
  working.update(utf8ToBytes(text)).digestInto(digest)
  return bytesToHex(first128Bits)
}

/** Parts are length-prefixed, so that no two lists of parts share a text. */
const joined = (parts: readonly (string | number)[]): string => parts.map((part) => `${String(part).length}:${part}`).join('')

/** The same change translated by the same rule always gives the same id; the rule's version is a column, not part of it. */
export const eventId = (source: SourceName, at: Position, rule: string, key: string, ordinal: number): EventId =>
  hashText(joined([source, at, rule, key, ordinal])) as EventId

export const decisionId = (context: ContextName, trigger: EventId): DecisionId => hashText(joined([context, trigger])) as DecisionId

/** A key reaches (or misses) each milestone of its journey once, so the place in the log is not part of the id. */
export const milestoneId = (source: SourceName, journey: string, key: string, type: string): EventId =>
  hashText(joined(['milestone', source, journey, key, type])) as EventId

export const deadLetterId = (source: SourceName, at: Position, stage: string, part: string): string =>
  hashText(joined(['dead-letter', source, at, stage, part]))
