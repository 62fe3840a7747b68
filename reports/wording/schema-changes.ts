import type { Night, NightSchemaChange } from '../../src/model/night.ts'
import { plural } from './figures.ts'
import { instantText } from './instant.ts'

const decided: Readonly<Record<NightSchemaChange['decision'], string>> = {
  told: 'capture went on',
  retyped: 'capture went on, with the values as they were before',
  accepted: 'accepted in the config',
  paused: 'CAPTURE WAITS',
}

export const schemaChangeColumns = ['At', 'What changed', 'Used by', 'Done'] as const

/** One row a change, in the order of the log. */
export const schemaChangeCells = ({ source }: Night): readonly (readonly string[])[] =>
  (source.schemaChanges ?? []).map(({ at, words, usedBy, decision }) => [
    instantText(at),
    words,
    usedBy.length === 0 ? 'no rule, no context' : usedBy.join(', '),
    decided[decision],
  ])

/** The one line that there is room for; null when nothing changed. What capture waits for goes before all else. */
export const schemaChangeLine = ({ source }: Night): string | null => {
  const all = source.schemaChanges ?? []
  const told = all.find(({ decision }) => decision === 'paused') ?? all.at(-1)
  if (told === undefined) return null
  const others = all.length === 1 ? '' : ` (and ${plural(all.length - 1, 'other schema change')})`
  return told.decision === 'paused' ? `CAPTURE WAITS since ${told.at}: ${told.words}${others}` : `Schema change: ${told.words}${others}`
}
