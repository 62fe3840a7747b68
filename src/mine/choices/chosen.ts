import type { Data } from '../../model/value.ts'
import type { ChooseStep } from '../effects/apply-step.ts'
import type { FeatureTable } from '../features/view.ts'
import type { AnswerTable } from '../table/answers.ts'
import { itemValue } from '../table/lists.ts'
import { chooserOf, noItem } from './choose.ts'
import { fieldOf } from './item-columns.ts'

/** What the step's field tells of the alternative that is chosen; undefined where none is. */
export type Chosen = (step: ChooseStep) => Data | undefined

/** {@link Chosen} in one decision of the table. */
export const chosenOf =
  (answers: AnswerTable, features: FeatureTable, row: number): Chosen =>
  ({ field, choice }) => {
    const chooser = chooserOf(choice, answers, features)
    const item = chooser?.chosen(row) ?? noItem
    const column = chooser === null ? undefined : fieldOf(chooser.list, field)
    return item === noItem || column === undefined ? undefined : itemValue(column, item)
  }
