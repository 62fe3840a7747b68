import type { InputChange } from '../../../src/model/hidden-rule.ts'
import type { Cell, Cells } from '../world/cells.ts'
import type { Ask, Domain } from '../world/domain.ts'

const unlimited = 1e12

const changedCell = (change: InputChange): Cell =>
  change.to === 'value' ? (change.value as Cell) : change.to === 'unlimited' ? unlimited : null

const changedCells = (cells: Cells, field: string, change: InputChange): Cells => ({ ...cells, [field]: changedCell(change) })

const changedBy = ({ state }: Domain, ask: Ask, change: InputChange): Ask => {
  const [part = '', first = '', field] = change.input.split('.')
  if (part === 'trigger') return { ...ask, input: changedCells(ask.input, first, change) }
  if (first === state.projection)
    return { ...ask, state: field === undefined ? [] : ask.state.map((cells) => changedCells(cells, field, change)) }
  const cells = ask.references[first] ?? null
  const other = field === undefined || cells === null ? null : changedCells(cells, field, change)
  return { ...ask, references: { ...ask.references, [first]: other } }
}

/** What a decision looks at, with inputs changed as a found rule names them. */
export const changedAsk = (domain: Domain, ask: Ask, changes: readonly InputChange[]): Ask => {
  let changed = ask
  for (const change of changes) changed = changedBy(domain, changed, change)
  return changed
}
