import type { DeadLetter } from '../model/dead-letter.ts'
import type { SourceName } from '../model/ids.ts'
import { toBody } from './body.ts'
import type { Session } from './database.ts'
import { lastById, upsert } from './upsert.ts'

/** Dead letters are kept by id: the same failure met again replaces itself. */
export const upsertDeadLetters = async (
  session: Session,
  sourceId: (source: SourceName) => number,
  letters: readonly DeadLetter[],
): Promise<void> => {
  await upsert(session, {
    table: 'dead_letters',
    columns: ['id', 'source_id', 'position', 'body'],
    rows: lastById(letters, (letter) => letter.id).map((letter) => [letter.id, sourceId(letter.source), letter.position, toBody(letter)]),
    onConflict: '(id) DO UPDATE SET position = excluded.position, body = excluded.body',
  })
}
