import type { Comparison, Tolerance } from '../model/comparison.ts'
import type { NightTolerance } from '../model/night.ts'
import { expiryOf } from './tolerance-tree.ts'

/** What a comparison says at one place, for people; those that can hide a difference first name who answers for them. */
export type ToleranceRule = Pick<NightTolerance, 'path' | 'kind' | 'words' | 'reason' | 'owner' | 'until'> & {
  /** Epoch milliseconds; infinite where there is no end. */
  readonly expiresAt: number
}

/** Every tolerance of a comparison that can hide a difference, in the order of its declaration. */
export const toleranceRules = (comparison: Comparison): readonly ToleranceRule[] =>
  Object.entries(comparison).flatMap(([path, tolerance]) => {
    if (!('until' in tolerance)) return []
    const { kind, reason, owner, until } = tolerance
    return [{ path, kind, words: toleranceWords(tolerance), reason, owner, until, expiresAt: expiryOf(tolerance) }]
  })

const sideWords = { both: '', above: ', above the legacy’s only', below: ', below the legacy’s only' } as const
const timeSideWords = { both: '', above: ', later only', below: ', earlier only' } as const

/** What a tolerance accepts, in a few words. */
const toleranceWords = (tolerance: Tolerance): string => {
  switch (tolerance.kind) {
    case 'exact':
      return 'equal in value'
    case 'absolute':
      return `amounts up to ${tolerance.within} apart${sideWords[tolerance.side]}`
    case 'relative':
      return `amounts up to ${tolerance.within.replace(/e-2$/, ' %')} of the larger apart${sideWords[tolerance.side]}`
    case 'currency': {
      const { currency, minorUnits, side } = tolerance
      const of = 'code' in currency ? currency.code : `the currency in '${currency.field}'`
      return `amounts up to ${minorUnits} minor ${minorUnits === '1' ? 'unit' : 'units'} of ${of} apart${sideWords[side]}`
    }
    case 'time': {
      const zone = tolerance.zone === null ? '' : `, wall clocks of ${tolerance.zone}`
      return `times up to ${tolerance.withinMs} ms apart${zone}${timeSideWords[tolerance.side]}`
    }
    case 'normalised':
      return `equal once normalised: ${tolerance.by.map(({ name }) => name).join(', ')}`
    case 'ignore':
      return 'not compared'
    case 'keyed':
      return `elements by ${tolerance.by.join(', ')}`
    case 'unordered':
      return 'elements in any order'
    default:
      return tolerance satisfies never
  }
}
