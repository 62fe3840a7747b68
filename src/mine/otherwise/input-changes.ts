import type { InputChange } from '../../model/hidden-rule.ts'
import type { Data } from '../../model/value.ts'
import { numberOf } from '../scalar.ts'

/** What one decision was made of: the inputs by name, `read.customer` (null: nothing was there), `read.customer.limit`, `trigger.amt`. */
export type Inputs = ReadonlyMap<string, Data>

/** Codes and flags have few values; whatever has more is not set to each of them. */
const mostValues = 6
const mostChanges = 80

/**
 * What could be changed in these decisions, one input at a time: that nothing is there, that a number is zero or has no limit, that a code is another
 * one of those that occur.
 */
export const inputChanges = (decisions: readonly Inputs[]): readonly InputChange[] => {
  const names = [...new Set(decisions.flatMap((inputs) => [...inputs.keys()]))].sort()
  return names.flatMap((input) => changesOf(input, decisions)).slice(0, mostChanges)
}

const changesOf = (input: string, decisions: readonly Inputs[]): readonly InputChange[] => {
  const values = decisions.flatMap((inputs) => inputs.get(input) ?? [])
  if (values.length === 0) return []
  if (values.some((value) => typeof value === 'object')) return [{ input, to: 'absent' }]
  if (values.every((value) => !Number.isNaN(numberOf(value)))) {
    const zero = values.some((value) => numberOf(value) !== 0)
    return [{ input, to: 'unlimited' }, ...(zero ? [{ input, to: 'value', value: zeroLike(values[0] ?? 0) } as const] : [])]
  }
  const distinct = [...new Set(values)]
  return distinct.length > mostValues ? [] : distinct.map((value) => ({ input, to: 'value', value }))
}

const zeroLike = (value: Data): Data => (typeof value === 'bigint' ? 0n : typeof value === 'string' ? '0' : 0)

const unlimited = 1_000_000_000_000

/** What a change makes of the value that is there; undefined: nothing. */
export const changedValue = (value: Data | undefined, change: InputChange): Data | undefined => {
  switch (change.to) {
    case 'absent':
      return undefined
    case 'unlimited':
      return typeof value === 'bigint' ? BigInt(unlimited) : typeof value === 'string' ? String(unlimited) : unlimited
    case 'value':
      return change.value
    default:
      return change satisfies never
  }
}
