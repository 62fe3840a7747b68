import { BanyanError } from '../../../src/model/errors.ts'
import { epochMs, position, sourceName } from '../../../src/model/ids.ts'

/** Of one row that a snapshot read. */
export const snapshotHeader = {
  source: sourceName('s'),
  position: position('e:1'),
  id: '7',
  beganAt: null,
  committedAt: epochMs(0),
  capturedAt: epochMs(0),
  count: 1,
  snapshot: true,
}

/** What it gives, or our own word that it cannot be read. Anything else is thrown on. */
export const orRefused = <T>(work: () => T): T | 'refused' => {
  try {
    return work()
  } catch (error) {
    if (error instanceof BanyanError && error.code === 'source-undecodable') return 'refused'
    throw error
  }
}
