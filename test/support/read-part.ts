import { expect } from 'vitest'
import type { ChangeEvent, SourceItem } from '../../src/model/change-event.ts'
import type { ResumeToken } from '../../src/model/ids.ts'
import type { ChangeSource } from '../../src/ports/change-source.ts'
import { changesOf, readOn } from '../../src/testing/change-source/harness.ts'

/** Reads until `enough` of a snapshot has come, and tells its last token. */
export const readPart = async (
  source: ChangeSource,
  from: ResumeToken | null,
  enough: (changes: readonly ChangeEvent[]) => boolean,
): Promise<{ readonly changes: readonly ChangeEvent[]; readonly token: ResumeToken }> => {
  const reading = readOn(source, from)
  const items: SourceItem[] = []
  while (!enough(changesOf(items))) {
    const next = await reading.items.next()
    if (next.done === true) expect.fail('the snapshot ended before')
    items.push(next.value)
  }
  reading.stop()
  await reading.items.return?.()
  return { changes: changesOf(items), token: items.at(-1)?.token ?? expect.fail('nothing read') }
}
