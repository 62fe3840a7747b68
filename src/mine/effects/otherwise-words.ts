import type { InputChange } from '../../model/hidden-rule.ts'
import type { Data } from '../../model/value.ts'
import type { AsIfStep } from './apply-step.ts'

/** `read.customer.limit is unlimited and read.customer.blocked is N`. */
export const changesText = (changes: readonly InputChange[], nameOf: (input: string) => string = (input) => input): string =>
  changes.map((change) => `${nameOf(change.input)} ${toText(change)}`).join(' and ')

const toText = (change: InputChange): string => {
  switch (change.to) {
    case 'absent':
      return 'is not there'
    case 'unlimited':
      return 'is unlimited'
    case 'value':
      return `is ${valueText(change.value)}`
    default:
      return change satisfies never
  }
}

const valueText = (value: Data): string => (value !== null && typeof value === 'object' ? 'a fixed value' : String(value))

/** The name by which a patch is given the candidate's answer to the changed inputs. */
export const otherwiseFact = ({ changes }: AsIfStep): string => `answer if ${changesText(changes)}`
