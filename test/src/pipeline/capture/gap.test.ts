import { expect, test } from 'vitest'
import { BanyanError } from '../../../../src/model/errors.ts'
import type { ErrorCode } from '../../../../src/model/errors.ts'
import { epochMs, position, resumeToken, sourceName } from '../../../../src/model/ids.ts'
import { capture } from '../../../../src/pipeline/capture.ts'
import type { CaptureOptions } from '../../../../src/pipeline/capture.ts'
import type { CaptureBatch, CaptureStore } from '../../../../src/ports/capture-store.ts'
import type { ChangeSource } from '../../../../src/ports/change-source.ts'

const at = epochMs(1_000)

/** Captures from a source that tells how far it is, and then fails so. */
const phasesAfter = async (code: ErrorCode): Promise<readonly string[]> => {
  const batches: CaptureBatch[] = []
  const source = {
    name: sourceName('oms'),
    acknowledge: () => {},
    read: async function* () {
      yield { kind: 'progress', token: resumeToken('e:1'), position: position('e:1'), at }
      throw new BanyanError(code, 'over', { hint: '' })
    },
  } as unknown as ChangeSource
  const store = {
    openCapture: async () => null,
    tableVersions: async () => [],
    askedReread: async () => [],
    packChanges: () => ({ count: () => 0, add: async () => {}, addRows: async () => {} }),
    commitCapture: async (batch: CaptureBatch) => {
      batches.push(batch)
    },
  } as unknown as CaptureStore
  const never = new AbortController().signal
  const options = {
    source,
    store,
    time: null,
    translate: () => ({ kind: 'done', events: [], deadLetters: [] }),
    journeys: [],
    journeyFunctions: {},
  }
  await expect(capture({ ...options, signal: never, end: never } as unknown as CaptureOptions)).rejects.toMatchObject({ code })
  expect(batches.every((batch) => batch.cursor.at === at && batch.cursor.token === 'e:1')).toBe(true)
  return batches.map((batch) => batch.cursor.phase)
}

test('a log that is lost is written down where capture stands, and a broken connection is not', async () => {
  expect(await phasesAfter('source-gap-declared')).toEqual(['stream', 'gap'])
  expect(await phasesAfter('source-slot-lost')).toEqual(['stream', 'gap'])
  expect(await phasesAfter('source-unreachable')).toEqual(['stream'])
})
