import type { CatalogueEvent, EventCatalogue } from '../../src/model/event-catalogue.ts'
import type { EventStream } from '../../src/model/event-stream.ts'
import { streamOf } from '../../src/model/event-stream.ts'
import { breakingChanges, schemaText } from './compatible.ts'
import { judgeName } from './fact-name.ts'

/** Something about one event that its subscribers would suffer from. `doubt` is told and refuses nothing. */
export interface LintFinding {
  readonly type: string
  readonly verdict: 'refuse' | 'doubt'
  readonly what: string
  readonly hint: string
}

export interface LintInput {
  readonly catalogue: EventCatalogue
  /** The last release; null: there is none yet. */
  readonly released: EventCatalogue | null
  /** Null: nothing is published. */
  readonly streams: readonly EventStream[] | null
  /** Types that are no longer stated, on purpose. */
  readonly retired: readonly string[]
  /** Names of the legacy's tables, which events must not be named after. */
  readonly tables: readonly string[]
}

/**
 * Whether every event says a fact, and keeps what the last release promised. A schema that stays readable both ways may change when the
 * rule's version counts up; one that does not must become a fact of another name.
 */
export const lintEvents = (input: LintInput): readonly LintFinding[] => {
  const { catalogue, released, retired } = input
  const now = new Map(catalogue.events.map((event) => [event.type, event]))
  const before = new Map((released?.events ?? []).map((event) => [event.type, event]))
  return [
    ...catalogue.events.flatMap((event) => [
      ...nameFindings(event, input.tables),
      ...promiseFindings(event, input.streams),
      ...releaseFindings(event, before.get(event.type)),
    ]),
    ...[...before.keys()].filter((type) => !now.has(type) && !retired.includes(type)).map(gone),
    ...retired.filter((type) => now.has(type)).map(notRetired),
  ]
}

const refuse = (type: string, what: string, hint: string): LintFinding => ({ type, verdict: 'refuse', what, hint })

/** What a journey derives is named by Banyan after its milestone. */
const nameFindings = ({ type }: CatalogueEvent, tables: readonly string[]): readonly LintFinding[] => {
  const judged = judgeName(type, tables)
  if (judged.kind === 'fact') return []
  return [{ type, verdict: judged.kind === 'refused' ? 'refuse' : 'doubt', what: judged.why, hint: judged.hint }]
}

const promiseFindings = (event: CatalogueEvent, streams: readonly EventStream[] | null): readonly LintFinding[] => {
  if (streams === null || streamOf(streams, event) === null || event.schema !== null) return []
  const what = 'it is published without a schema'
  return [refuse(event.type, what, 'give its rule a schema: who subscribes to it must know what will not change')]
}

const releaseFindings = (event: CatalogueEvent, before: CatalogueEvent | undefined): readonly LintFinding[] => {
  if (before === undefined) return []
  const { type, schema, version } = event
  if (version < before.version)
    return [refuse(type, `its version is ${version}, and ${before.version} was released`, 'versions only count up')]
  if (before.schema === null) return []
  const asNewFact = `keep what was released, or state a new fact beside it, e.g. ${nextName(type)}, until nobody reads ${type}`
  if (schema === null) return [refuse(type, 'it has no schema any more, and had one', asNewFact)]
  const broken = breakingChanges(before.schema, schema)
  if (broken.length > 0) return broken.map(({ path, what }) => refuse(type, `${path === '' ? 'its data' : path} ${what}`, asNewFact))
  if (version > before.version || schemaText(schema) === schemaText(before.schema)) return []
  return [refuse(type, `its schema changed, and its version is still ${version}`, `count its rule up to version: ${version + 1}`)]
}

/** `order.placed` becomes `order.placed.v2`, and that `order.placed.v3`. */
const nextName = (type: string): string => {
  const [, name = type, version] = /^(.*)\.v(\d+)$/.exec(type) ?? []
  return `${name}.v${Number(version ?? 1) + 1}`
}

const gone = (type: string): LintFinding =>
  refuse(type, 'it was released, and nothing states it any more', `state it until nobody reads it, then say retired: ['${type}'] in events`)

const notRetired = (type: string): LintFinding =>
  refuse(type, 'it is retired, and still stated', 'take it out of retired, or its rule out of rules')
