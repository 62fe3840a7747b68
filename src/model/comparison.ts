import type { Data } from './value.ts'

/** Who answers for a rule of comparison that can hide a difference, why, and until when. */
export interface Terms {
  readonly reason: string | null
  readonly owner: string | null
  /** A day, `2027-03-01`, or an instant. From then on the value is compared exactly, and the gate fails. */
  readonly until: string | null
}

/** On which side of the legacy's value the candidate's may lie: `above` is more, or later. */
export type ToleratedSide = 'both' | 'above' | 'below'

/** A named way of writing a value. What is equal after it counts as equal; it must be pure. */
export interface Normaliser {
  readonly name: string
  readonly apply: (data: Data, side: 'legacy' | 'candidate') => Data
  /** A field that one side lacks is given to it as null. */
  readonly absentIsNull?: true
}

/** How one field is compared. Amounts are decimal texts, so that no rounding creeps in. */
export type Tolerance =
  | { readonly kind: 'exact' }
  | (Terms & { readonly kind: 'absolute'; readonly within: string; readonly side: ToleratedSide })
  /** `within` is a share of the larger of both. */
  | (Terms & { readonly kind: 'relative'; readonly within: string; readonly side: ToleratedSide })
  /** So many minor units of an ISO 4217 currency, named here or by a field beside the amount. */
  | (Terms & {
      readonly kind: 'currency'
      readonly currency: { readonly code: string } | { readonly field: string }
      readonly minorUnits: string
      readonly side: ToleratedSide
    })
  /** Wall clocks are read in `zone` where one is given, and else compared only with wall clocks. */
  | (Terms & { readonly kind: 'time'; readonly withinMs: number; readonly zone: string | null; readonly side: ToleratedSide })
  | (Terms & { readonly kind: 'normalised'; readonly by: readonly Normaliser[] })
  | (Terms & { readonly kind: 'ignore' })
  /** Array elements are matched by these fields instead of by place. */
  | { readonly kind: 'keyed'; readonly by: readonly string[] }
  | { readonly kind: 'unordered' }

/**
 * JSON Pointer → how the value there is compared. A segment may be `*`, any one segment, or `**`, any number of them.
 * Unnamed paths are exact.
 */
export type Comparison = Readonly<Record<string, Tolerance>>
