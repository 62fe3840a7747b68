import type { ChangeEvent } from '../model/change-event.ts'
import type { Projection } from '../model/context.ts'
import { BanyanError } from '../model/errors.ts'
import type { Data, Row } from '../model/value.ts'
import { cloneData } from './clone-data.ts'

/** One legacy row as a projection shows it. */
export interface ProjectedRow {
  readonly key: string
  readonly value: Data
  readonly group: string | null
}

/**
 * A row as a projection shows it.
 *
 * @throws BanyanError context-invalid when the projection's own functions fail on it.
 */
export const projectRow = (
  named: { readonly name: string; readonly projection: Projection },
  change: ChangeEvent,
  row: Row | null = completed(change),
): ProjectedRow => {
  const { name, projection } = named
  try {
    if (row === null) throw new BanyanError('internal', 'the change carries no row', { hint: 'report this' })
    return { key: projection.key(row), group: projection.group?.(row) ?? null, value: cloneData(projection.value(row)) }
  } catch (cause) {
    throw new BanyanError('context-invalid', `projection '${name}' fails on a row of ${change.table}: ${String(cause)}`, {
      where: `reads.${name}`,
      hint: `make its key, group and value work for every row of ${change.table}, e.g. ${change.key ?? 'one without a key'}`,
      cause,
    })
  }
}

/** The new row; columns that the source left out (unchanged) are taken from the old one. */
const completed = (change: ChangeEvent): Row | null => {
  if (change.after === null || change.omitted.length === 0 || change.before === null) return change.after
  const kept: Record<string, Row[string]> = { ...change.after }
  for (const column of change.omitted) {
    const value = change.before[column]
    if (value !== undefined && kept[column] === undefined) kept[column] = value
  }
  return kept
}
