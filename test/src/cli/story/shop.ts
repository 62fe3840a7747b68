import { setTimeout as sleep } from 'node:timers/promises'
import { startItemCopy } from '../../../../fixtures/order-management/demo/item-copy.ts'
import { runShop } from '../../../../fixtures/order-management/demo/run-shop.ts'
import { plant } from '../../../../fixtures/order-management/legacy/catalogue/plant.ts'
import { installLegacy, setStoryClock } from '../../../../fixtures/order-management/legacy/install.ts'
import { fortnightClock } from '../../../../fixtures/order-management/legacy/fortnight.ts'
import type { DefectKind } from '../../../../fixtures/order-management/score/truth.ts'
import { freshDatabase } from '../../../support/fresh-database.ts'

/** The story's shop on databases of its own, ready to open. */
export interface Shop extends AsyncDisposable {
  readonly defects: readonly DefectKind[]
  readonly speed: number
  /** Real instant of the first customer, epoch ms. */
  readonly opensAt: number
  /** Plays the fortnight; resolves with the story time at which it was over. */
  readonly open: () => Promise<number>
  /** What a run of the story's config needs to know. */
  readonly environment: (own: { readonly storeUrl: string; readonly slot: string }) => Readonly<Record<string, string>>
}

/** From now to the shop's first customer: time for two runs to start. The shop waits for them if that is not enough. */
const openingMs = 4_000

export const setUpShop = async (options: { readonly seed: number; readonly orders: number; readonly realMs: number }): Promise<Shop> => {
  const { seed, orders, realMs } = options
  const [legacy, candidate] = [await freshDatabase(), await freshDatabase()]
  const planted = plant(seed)
  await installLegacy({ url: legacy.url, planted, seed })
  const clock = fortnightClock({ startedAt: Date.now() + openingMs, realMs })
  await setStoryClock(legacy.url, clock)
  const copy = await startItemCopy({ legacyUrl: legacy.url, candidateUrl: candidate.url, seed })
  return {
    defects: planted.defects,
    speed: clock.speed,
    opensAt: clock.startedAt,
    open: async () => {
      await sleep(Math.max(0, clock.startedAt - Date.now()))
      await runShop({ url: legacy.url, seed, orders, clock, signal: new AbortController().signal, onProgress: () => undefined })
      return clock.anchorAt + (Date.now() - clock.startedAt) * clock.speed
    },
    environment: ({ storeUrl, slot }) => ({
      LEGACY_URL: legacy.url,
      CANDIDATE_URL: candidate.url,
      STORE_URL: storeUrl,
      LEGACY_SLOT: slot,
      STORY_CLOCK: JSON.stringify(clock),
      CANDIDATE_DEFECTS: planted.defects.join(','),
    }),
    [Symbol.asyncDispose]: async () => {
      await copy[Symbol.asyncDispose]()
      await legacy.drop()
      await candidate.drop()
    },
  }
}
