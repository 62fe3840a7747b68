import { pending } from '../../../src/model/context.ts'
import { contextName } from '../../../src/model/ids.ts'
import type { Row } from '../../../src/model/value.ts'
import type { PairingTransaction } from '../../../src/shadow/pairing.ts'
import type { PairingContext } from '../../../src/shadow/pairing-memory.ts'
import { change, header, trigger } from './changes.ts'

/** Answers are the last `result` row's code, once there is one that is not 'wait'; 'boom' throws. */
export const context: PairingContext = {
  name: contextName('promise'),
  legacy: {
    watch: { result: (row: Row) => String(row.key), alloc: (row: Row) => String(row.key) },
    answer: (transactions) => {
      const codes = transactions.flatMap((tx) =>
        tx
          .changes()
          .flatMap(({ table, after }) => (table === 'result' && after !== null ? [String(after.code)] : []))
          .toArray(),
      )
      const code = codes.at(-1)
      if (code === 'boom') throw new Error('cannot fold')
      return code === undefined || code === 'wait' ? pending : { code }
    },
    decidedAt: null,
  },
  answersWithinMs: 10_000,
  settlesWithinMs: 3_000,
  maxTransactionMs: 0,
}

/** [table, key, code]; stock rows belong to no decision. */
export type RowSpec = readonly [table: 'result' | 'alloc' | 'stock', key: string, code?: string]

export const transaction = (
  number: number,
  spec: { readonly triggers?: readonly string[]; readonly rows?: readonly RowSpec[]; readonly atMs?: number },
): PairingTransaction => {
  const head = header(number, spec.atMs ?? number * 1_000)
  return {
    header: head,
    triggers: (spec.triggers ?? []).map((key) => trigger(number, key, {}, head.committedAt)),
    changes: (spec.rows ?? []).map(([table, key, code], ordinal) =>
      change(head, ordinal, 'create', table, { after: { key, code: code ?? '' } }),
    ),
  }
}
