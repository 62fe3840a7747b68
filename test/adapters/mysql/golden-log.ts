import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assembler } from '../../../adapters/mysql/assemble.ts'
import type { RawTransaction } from '../../../adapters/mysql/assemble.ts'
import { charsets } from '../../../adapters/mysql/charset.ts'
import { describedTables } from '../../../adapters/mysql/described-tables.ts'
import { gtidsOf } from '../../../adapters/mysql/gtids.ts'
import { streamedTransaction } from '../../../adapters/mysql/transaction.ts'
import { transactionLog } from '../../../adapters/log/transaction-log.ts'
import type { ChangeEvent } from '../../../src/model/change-event.ts'
import { epochMs, position, resumeToken, sourceName, tableName } from '../../../src/model/ids.ts'

export type GoldenFlavour = 'mariadb' | 'mysql'

/** Events of a real server's log, one a line, without their checksums and without the format description. */
export const goldenEvents = (flavour: GoldenFlavour): readonly Buffer[] =>
  readFileSync(join(import.meta.dirname, 'golden', `${flavour}.hex`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => Buffer.from(line, 'hex'))

/** Collations of the recorded tables, with a page of latin1 that is exact for what is in them. */
const known = charsets({
  collations: new Map([
    [8, 'latin1'],
    [45, 'utf8mb4'],
    [46, 'utf8mb4'],
    [54, 'utf16'],
    [60, 'utf32'],
    [63, 'binary'],
    [255, 'utf8mb4'],
  ]),
  pages: new Map([['latin1', Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('')]]),
})

/** Everything that the events say, decoded; what is refused is thrown. */
export const decodeEvents = (flavour: GoldenFlavour, events: readonly Buffer[]): readonly ChangeEvent[] => {
  const changes: ChangeEvent[] = []
  const start = { file: 'bin.000001', offset: 4 }
  const decode = (raw: RawTransaction): void => {
    const header = {
      source: sourceName('golden'),
      position: position(`x:${raw.end.offset}`),
      id: raw.id,
      beganAt: null,
      committedAt: raw.committedAt,
      capturedAt: epochMs(0),
      count: raw.count,
      snapshot: false,
    }
    changes.push(...streamedTransaction({ header, token: resumeToken('x'), log: raw.log, relations: raw.relations }).changes())
  }
  const assemble = assembler({
    from: start,
    known: start,
    gtids: gtidsOf(flavour, ''),
    tables: describedTables({
      mariadb: flavour === 'mariadb',
      charsets: known,
      captured: (schema, table) => (schema === 'shop' && table === 'every' ? { name: tableName('every'), declared: new Map() } : null),
    }),
    log: transactionLog({ spoolFolder: tmpdir(), thresholdBytes: 1 << 20 }),
    onTransaction: decode,
    onPassed: () => {},
  })
  assemble.checksums(false)
  for (const event of events) assemble.event(event)
  return changes
}
