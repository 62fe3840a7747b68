import { encode } from '../model/canonical.ts'
import { hashText } from '../model/hash.ts'
import type { TableName } from '../model/ids.ts'
import type { SchemaChange, SchemaDecision, TableVersion } from '../model/table-shape.ts'
import type { ColumnUses } from './column-uses.ts'
import type { SchemaPolicy } from './policy.ts'
import { actionFor } from './policy.ts'

/** What is to be done about all that changed of one table at one place. */
export type Judgement = Pick<TableVersion, 'usedBy' | 'decision' | 'fingerprint'> & {
  /** Columns whose values keep their old kind from here on. */
  readonly retyped: readonly Extract<SchemaChange, { readonly kind: 'retyped' }>[]
}

/** The same changes of a table always get the same decision and the same fingerprint. */
export const judgeChanges = (
  table: TableName,
  changes: readonly SchemaChange[],
  { policy, uses }: { readonly policy: SchemaPolicy; readonly uses: ColumnUses },
): Judgement => {
  const fingerprint = `${table}:${hashText(encode(changes as unknown as Parameters<typeof encode>[0])).slice(0, 12)}`
  const usedBy = new Set<string>()
  const retyped: Extract<SchemaChange, { readonly kind: 'retyped' }>[] = []
  let isPaused = false
  for (const change of changes) {
    const users = change.kind === 'added' ? [] : uses(table, columnOf(change))
    for (const user of users) usedBy.add(user)
    const action = actionFor(policy, table, change, users.length > 0)
    if (action === 'pause') isPaused = true
    if (action === 'retype' && change.kind === 'retyped') retyped.push(change)
  }
  const isAccepted = isPaused && (policy.accepted ?? []).includes(fingerprint)
  const decision: SchemaDecision = isAccepted ? 'accepted' : isPaused ? 'paused' : retyped.length > 0 ? 'retyped' : 'told'
  return { usedBy: [...usedBy], decision, fingerprint, retyped }
}

/** Null: the table as a whole. */
const columnOf = (change: SchemaChange): string | null => ('column' in change ? change.column : null)
