import { escapeLiteral } from 'pg'
import type { Settings } from './options.ts'

/** What to do where the log can no longer be followed: the steps, in order, for a person. */
export const newSnapshotPlan = (settings: Settings, { dropSlot }: { readonly dropSlot: boolean }): string => {
  const steps = [
    ...(dropSlot ? [`drop the slot: SELECT pg_drop_replication_slot(${escapeLiteral(settings.slot)});`] : []),
    'name an empty store in the config, and keep the old one: its evidence holds up to its last commit',
    'start banyan run, which makes the slot and begins with a new snapshot',
  ]
  return `a new snapshot is needed: ${steps.map((step, index) => `(${index + 1}) ${step}`).join(' ')}`
}
