import { dayMs, instantOf } from '../scalar.ts'
import type { AnswerPath } from '../table/answers.ts'
import type { Cast } from './ballots.ts'
import { valueAfter } from './apply-step.ts'
import type { ValueStep } from './apply-step.ts'
import { dayKinds } from './to-day.ts'

const maxDays = 400

/** What leads from the candidate's text to the legacy's. */
export const voteText = (cast: Cast, path: AnswerPath, from: number, to: number): void => {
  const [mine, theirs] = [path.values[from], path.values[to]]
  if (from === 0 || to === 0 || path.whole) return
  if (isPlain(mine) && isPlain(theirs)) {
    const bits = 2 * Math.log2(Math.max(2, path.values.length))
    cast(`map ${from} ${to}`, Math.max(6, bits), () => ({ kind: 'map', path: path.path, from: [mine], to: [theirs] }))
  }
  if (typeof mine !== 'string' || typeof theirs !== 'string') return
  const days = (instantOf(theirs) - instantOf(mine)) / dayMs
  if (Number.isInteger(days) && days !== 0 && Math.abs(days) <= maxDays)
    cast(`shift ${days}`, 6, () => ({ kind: 'shift-days', path: path.path, days }))
  const steps: readonly ValueStep[] = [
    ...(['trim', 'upper', 'lower'] as const).map((as) => ({ kind: 'text', path: path.path, as }) as const),
    { kind: 'cut', path: path.path, length: theirs.length },
    ...(Number.isNaN(days) ? [] : dayKinds.map((day) => ({ kind: 'to-day', path: path.path, day }) as const)),
  ]
  for (const step of steps) if (valueAfter(step, mine) === theirs) cast(JSON.stringify(step), 6, () => step)
}

const isPlain = (value: unknown): value is string | boolean => typeof value === 'string' || typeof value === 'boolean'
