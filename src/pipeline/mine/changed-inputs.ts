import { changedValue } from '../../mine/otherwise/input-changes.ts'
import type { Inputs } from '../../mine/otherwise/input-changes.ts'
import type { BusinessEvent } from '../../model/business-event.ts'
import type { Context } from '../../model/context.ts'
import type { InputChange } from '../../model/hidden-rule.ts'
import type { Observation } from '../../model/observation.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { RecordedRead } from '../../model/read.ts'
import type { Data } from '../../model/value.ts'
import type { Verdict } from '../../model/verdict.ts'
import { runCandidate } from '../../shadow/candidate-run.ts'
import { candidateWorld } from '../candidate-world.ts'

export type Classified = PairedDecision & { readonly verdict: Verdict }

/** All that a decision was made of: what the candidate looks at of the trigger, and what it read as of the legacy's commit. */
export const inputsOf = ({ live, verdict }: Classified, looked: ReadonlySet<string>): Inputs => {
  const inputs = new Map<string, Data>()
  for (const [name, value] of fieldsOf(live.trigger.data)) if (looked.has(`/${name}`)) inputs.set(`trigger.${name}`, value)
  for (const { projection, entries } of verdict.asOf.reads) {
    const [first] = entries
    if (first === undefined || first.value === null) continue
    inputs.set(`read.${projection}`, first.value)
    for (const [name, value] of fieldsOf(first.value)) inputs.set(`read.${projection}.${name}`, value)
  }
  return inputs
}

/** Plain values only: what is in a list, or deeper, is not changed. */
const fieldsOf = (data: Data): readonly (readonly [string, Data])[] =>
  isRecord(data) ? Object.entries(data).filter(([, value]) => value !== null && typeof value !== 'object') : []

const isRecord = (data: Data): data is { readonly [name: string]: Data } =>
  data !== null && typeof data === 'object' && !Array.isArray(data) && !(data instanceof Uint8Array)

/** What the candidate answers to the changed inputs, as of the legacy's commit. What it reads besides was never recorded: then it fails. */
export const answerIf = async (
  context: Context,
  { live, legacy, verdict }: Classified,
  changes: readonly InputChange[],
  signal: AbortSignal,
): Promise<Observation> => {
  const now = legacy.decidedAt ?? live.decidedAt
  const { observation } = await runCandidate({
    context,
    trigger: changedTrigger(live.trigger, changes),
    resolve: ({ projection, kind, key }) => {
      const known = verdict.asOf.reads.find((read) => read.projection === projection && read.kind === kind && read.key === key)
      if (known === undefined) return Promise.reject(new DOMException(`${projection} ${key} was not read`, 'NotFoundError'))
      return changes.reduce(changedRead, known)
    },
    now: () => now,
    seed: live.id,
    signal,
    world: candidateWorld,
    isTracked: false,
  })
  return observation
}

const changedTrigger = (trigger: BusinessEvent, changes: readonly InputChange[]): BusinessEvent => {
  const own = changes.filter(({ input }) => input.startsWith('trigger.'))
  if (own.length === 0 || !isRecord(trigger.data)) return trigger
  return { ...trigger, data: own.reduce((data, change) => changedField(data, change.input.slice('trigger.'.length), change), trigger.data) }
}

const changedField = (record: { readonly [name: string]: Data }, field: string, change: InputChange): { readonly [name: string]: Data } => {
  const value = changedValue(record[field], change)
  const { [field]: _, ...rest } = record
  return value === undefined ? rest : { ...record, [field]: value }
}

const changedRead = (read: RecordedRead, change: InputChange): RecordedRead => {
  const own = `read.${read.projection}`
  if (change.input === own)
    return { ...read, entries: read.kind === 'group' ? [] : read.entries.map((entry) => ({ ...entry, value: null })) }
  if (!change.input.startsWith(`${own}.`)) return read
  const field = change.input.slice(own.length + 1)
  return {
    ...read,
    entries: read.entries.map((entry) => (isRecord(entry.value) ? { ...entry, value: changedField(entry.value, field, change) } : entry)),
  }
}
