import type { ColumnShape, SchemaChange, SchemaChangeKind } from '../model/table-shape.ts'

/**
 * What to do about a change. `ignore`: go on, and tell. `pause`: stop just before it. `retype` (of `retyped` alone): go on, and give the
 * values as the kind that they were before, wherever that is exact.
 */
export type SchemaAction = 'ignore' | 'pause' | 'retype'

/** What to do by kind of change. What is left out pauses where a rule or a context looks at it, and is told elsewhere. */
export type SchemaActions = {
  readonly [Kind in SchemaChangeKind]?: Kind extends 'retyped' ? SchemaAction : Exclude<SchemaAction, 'retype'>
}

/** What is done when the legacy's schema changes under a running capture. */
export interface SchemaPolicy extends SchemaActions {
  /** For one table, before what is said for all. */
  readonly tables?: Readonly<Record<string, SchemaActions>>
  /** Changes that were looked at and may pass: what the pause named. */
  readonly accepted?: readonly string[]
}

/** What is done about one change. */
export const actionFor = (policy: SchemaPolicy, table: string, change: SchemaChange, isUsed: boolean): SchemaAction => {
  const own = policy.tables !== undefined && Object.hasOwn(policy.tables, table) ? policy.tables[table] : undefined
  return own?.[change.kind] ?? policy[change.kind] ?? usualAction(change, isUsed)
}

const usualAction = (change: SchemaChange, isUsed: boolean): SchemaAction => {
  switch (change.kind) {
    case 'added':
      return 'ignore'
    case 'retyped':
      return isUsed && !isWider(change.from, change.to) ? 'pause' : 'ignore'
    case 'swapped':
      return change.by === null ? 'pause' : 'ignore'
    case 'dropped':
    case 'renamed':
    case 'key':
    case 'gone':
      return isUsed ? 'pause' : 'ignore'
    default:
      return change satisfies never
  }
}

const integers = ['tinyint', 'smallint', 'mediumint', 'int', 'integer']
const lengthOf = /^(?:character varying|varchar|varbinary)(?:\((\d+)(?: bytes)?\))?$|^text$/
const decimalOf = /^(numeric|decimal)\((\d+),(\d+)\)(.*)$/
const labelsOf = /^(enum|set)\((.*)\)$/s

/** Every value of the old type is the same value in the new one. */
export const isWider = (from: ColumnShape, to: ColumnShape): boolean => {
  if (from.holds !== to.holds) return false
  const [fromLength, toLength] = [lengthOf.exec(from.type), lengthOf.exec(to.type)]
  if (fromLength !== null && toLength !== null) return Number(toLength[1] ?? Infinity) >= Number(fromLength[1] ?? Infinity)
  const [fromPlace, toPlace] = [integers.indexOf(from.type), integers.indexOf(to.type)]
  if (fromPlace >= 0 && toPlace >= 0) return toPlace >= fromPlace
  const [fromDecimal, toDecimal] = [decimalOf.exec(from.type), decimalOf.exec(to.type)]
  if (fromDecimal !== null && toDecimal !== null)
    return fromDecimal[3] === toDecimal[3] && fromDecimal[4] === toDecimal[4] && Number(toDecimal[2]) >= Number(fromDecimal[2])
  const [fromLabels, toLabels] = [labelsOf.exec(from.type), labelsOf.exec(to.type)]
  return fromLabels !== null && toLabels !== null && fromLabels[1] === toLabels[1] && (toLabels[2] ?? '').startsWith(`${fromLabels[2]},`)
}
