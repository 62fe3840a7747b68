import { encode } from '../model/canonical.ts'
import type { Logic } from '../model/context.ts'
import { getAt, setAt } from '../model/pointer.ts'
import type { Data } from '../model/value.ts'

/** What one field of the trigger's data must be: this value, one of several, or a number within bounds (exact decimal text counts as its number). */
export type PolicyCondition = Data | { readonly in: readonly Data[] } | { readonly atLeast?: number; readonly atMost?: number }

/**
 * One sentence of the legacy's documented policy, as data. `when`: JSON Pointer into the trigger's data → what must be there; left out:
 * always. `says`: JSON Pointer into the answer → the value that the documents state; all else is as the candidate answers, so `{}` says that
 * the candidate does what is documented.
 */
export interface PolicyStatement {
  readonly name: string
  readonly when?: Readonly<Record<string, PolicyCondition>>
  readonly says: Readonly<Record<string, Data>>
}

/** The specification that a documented policy amounts to: the first statement that applies; undefined where none does. */
export const policyLogic =
  (policy: readonly PolicyStatement[], candidate: Logic): Logic =>
  async (input, tools, reads, call) => {
    const statement = policy.find(({ when }) =>
      Object.entries(when ?? {}).every(([path, condition]) => holds(getAt(input, path), condition)),
    )
    if (statement === undefined) return undefined
    const answer = (await candidate(input, tools, reads, call)) as Data
    return Object.entries(statement.says).reduce<Data>((said, [path, value]) => setAt(said, path, value), answer)
  }

const holds = (value: Data | undefined, condition: PolicyCondition): boolean => {
  if (value === undefined) return false
  if (isRecord(condition)) {
    if ('in' in condition && Array.isArray(condition['in'])) return condition['in'].some((one: Data) => encode(one) === encode(value))
    if ('atLeast' in condition || 'atMost' in condition) return isWithin(value, condition)
  }
  return encode(value) === encode(condition as Data)
}

const isRecord = (condition: PolicyCondition): condition is { readonly [name: string]: Data } =>
  typeof condition === 'object' && condition !== null && !Array.isArray(condition) && !(condition instanceof Uint8Array)

const isWithin = (value: Data, { atLeast, atMost }: { readonly atLeast?: number; readonly atMost?: number }): boolean => {
  const number =
    typeof value === 'number' || typeof value === 'bigint' || (typeof value === 'string' && value !== '') ? Number(value) : Number.NaN
  return number >= (atLeast ?? Number.NEGATIVE_INFINITY) && number <= (atMost ?? Number.POSITIVE_INFINITY)
}
