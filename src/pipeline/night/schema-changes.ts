import type { NightSchemaChange } from '../../model/night.ts'
import type { TableVersion } from '../../model/table-shape.ts'
import { changeWords } from '../../schema/words.ts'

/** What a report says of changes of the schema: of very many the last ones. */
export const nightSchemaChanges = (versions: readonly TableVersion[]): readonly NightSchemaChange[] =>
  versions
    .flatMap(({ table, at, changes, usedBy, decision, fingerprint }) => {
      if (changes.length === 0 || decision === 'first') return []
      const words = changes.map((change) => changeWords(table, change)).join('; ')
      return [{ at: new Date(at).toISOString(), table, words, usedBy, decision, fingerprint }]
    })
    .slice(-mostChanges)

const mostChanges = 100
