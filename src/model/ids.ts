import type { Brand } from './brand.ts'

/** Name of a change source, unique in one store. */
export type SourceName = Brand<string, 'SourceName'>
/** `{source epoch}:{fixed-width log order}`. Text order is commit order inside one epoch. */
export type Position = Brand<string, 'Position'>
/** Opaque to all but its source: where reading can start again, and what may be acknowledged. */
export type ResumeToken = Brand<string, 'ResumeToken'>
/** Table as rules name it: bare in the source's default schema, else `schema.table`. */
export type TableName = Brand<string, 'TableName'>
/** Canonical JSON array of a row's key columns, in key order. */
export type RowKey = Brand<string, 'RowKey'>
/** `{position}#{ordinal}`: one row change. */
export type ChangeId = Brand<string, 'ChangeId'>
export type EventId = Brand<string, 'EventId'>
/** One decision of one context about one trigger; also the id of its pair and of its verdict. */
export type DecisionId = Brand<string, 'DecisionId'>
export type ContextName = Brand<string, 'ContextName'>
export type JourneyKey = Brand<string, 'JourneyKey'>
/** Cluster key of a divergence: path, kind and shape of the effect, independent of ids. */
export type Fingerprint = Brand<string, 'Fingerprint'>
export type HiddenRuleId = Brand<string, 'HiddenRuleId'>
/** Milliseconds since 1970 UTC in the source's time; may carry a fraction (microseconds). */
export type EpochMs = Brand<number, 'EpochMs'>

export const sourceName = (text: string): SourceName => text as SourceName
export const position = (text: string): Position => text as Position
export const resumeToken = (text: string): ResumeToken => text as ResumeToken
export const tableName = (text: string): TableName => text as TableName
export const rowKey = (text: string): RowKey => text as RowKey
export const contextName = (text: string): ContextName => text as ContextName
export const journeyKey = (text: string): JourneyKey => text as JourneyKey
export const epochMs = (value: number): EpochMs => value as EpochMs
export const changeId = (at: Position, ordinal: number): ChangeId => `${at}#${ordinal}` as ChangeId
