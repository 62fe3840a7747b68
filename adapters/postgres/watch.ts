import type pg from 'pg'
import type { Published } from './drift.ts'
import { addedByDrift, lostByDrift, readPublished } from './drift.ts'
import { sourceError } from './failure.ts'
import { newSnapshotPlan } from './new-snapshot.ts'
import type { Settings } from './options.ts'
import { readRetained } from './slot.ts'

/** Looks now and then at what must not change under a running stream. */
export interface Watch {
  /** @throws BanyanError when changes are lost or soon will be, or when the server keeps more of its log than was declared. */
  readonly look: () => Promise<void>
}

export interface WatchOptions {
  readonly client: pg.Client
  readonly settings: Settings
  readonly onNotice: (text: string) => void
}

export const startWatch = async ({ client, settings, onNotice }: WatchOptions): Promise<Watch> => {
  const first = await readPublished(client, settings)
  let last: Published = first
  let isWarned = false
  const lookAtSlot = async (): Promise<void> => {
    const { retainedBytes, walStatus } = await readRetained(client, settings)
    if (settings.walLimitBytes !== null && retainedBytes > settings.walLimitBytes) {
      throw sourceError(
        settings,
        'source-gap-declared',
        `the server keeps ${mebibytes(retainedBytes)} of its log for the slot ${settings.slot}, more than the declared ${mebibytes(settings.walLimitBytes)}: the slot was dropped`,
        newSnapshotPlan(settings, { dropSlot: false }),
      )
    }
    if (walStatus === 'unreserved' && !isWarned) {
      onNotice(
        `the server is about to remove log that the slot ${settings.slot} needs: let Banyan catch up, or raise max_slot_wal_keep_size`,
      )
    }
    isWarned = walStatus === 'unreserved'
  }
  return {
    look: async () => {
      const now = await readPublished(client, settings)
      // A look in the midst of somebody's ALTER TABLE sees half of it: only what is seen twice is so.
      const lost = lostByDrift(settings, first, now) && lostByDrift(settings, first, await readPublished(client, settings))
      if (lost !== null) throw lost
      const added = addedByDrift(settings, last, now)
      if (added !== null) onNotice(added)
      last = now
      await lookAtSlot()
    },
  }
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`
