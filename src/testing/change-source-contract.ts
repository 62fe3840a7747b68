import { describe, it } from 'vitest'
import { BanyanError } from '../model/errors.ts'
import type { ChangeSourceHarness } from './change-source/harness.ts'
import { liveCases } from './change-source/live-cases.ts'
import { orderCases } from './change-source/order-cases.ts'
import { rereadCases } from './change-source/reread-cases.ts'
import { resumeCases } from './change-source/resume-cases.ts'
import { rowCases } from './change-source/row-cases.ts'
import { snapshotCases } from './change-source/snapshot-cases.ts'
import { valueCases } from './change-source/value-cases.ts'

export type { ChangeSourceHarness, LegacySession, OpenOptions } from './change-source/harness.ts'

export interface ChangeSourceContract {
  /** Name of the adapter. */
  readonly name: string
  /** A legacy database of its own for each case. */
  readonly start: () => Promise<ChangeSourceHarness>
  /** Cases that cannot hold here, by name, each with its reason. */
  readonly skips?: Readonly<Record<string, string>>
}

const groups = {
  'order and identity': orderCases,
  'resuming and acknowledging': resumeCases,
  'row changes': rowCases,
  values: valueCases,
  snapshot: snapshotCases,
  'reading again': rereadCases,
  'live reading': liveCases,
} as const

/** Names of all cases, for whoever wants to know what is promised. */
export const changeSourceCases: readonly string[] = Object.values(groups).flatMap((cases) => cases.map((each) => each.name))

/** The promises of the port ChangeSource as vitest cases: what every adapter, also your own, must keep. */
export const changeSourceContract = ({ name, start, skips = {} }: ChangeSourceContract): void => {
  const unknown = Object.keys(skips).filter((skip) => !changeSourceCases.includes(skip))
  if (unknown.length > 0)
    throw new BanyanError('usage', `no such case: ${unknown.join(', ')}`, { hint: `cases: ${changeSourceCases.join('; ')}` })
  describe(`change source ${name}`, () => {
    for (const [group, cases] of Object.entries(groups)) {
      describe(group, () => {
        for (const { name: title, run } of cases) {
          const reason = skips[title]
          if (reason !== undefined) it.skip(`${title} (not here: ${reason})`)
          else {
            it(title, async () => {
              await using harness = await start()
              await run(harness)
            })
          }
        }
      })
    }
  })
}
