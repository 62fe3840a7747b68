import type { DeliveredFeed, DeliveryLine, DeliverySource } from '../../ports/delivery-source.ts'
import { declaredBy } from '../../ports/delivery-source.ts'

/** Deliveries that are in memory already, in any order. `feeds`: how a projection's lines are applied, where that is not `newest`. */
export const deliveriesOf = (
  lines: readonly DeliveryLine[],
  options: { readonly name?: string; readonly feeds?: Readonly<Record<string, DeliveredFeed>> } = {},
): DeliverySource => {
  const sorted = lines.toSorted((a, b) => a.at - b.at)
  const declared = declaredBy(sorted)
  return {
    name: options.name ?? 'deliveries',
    declared: async () => ({ ...declared, feeds: { ...declared.feeds, ...options.feeds } }),
    read: async function* () {
      yield sorted
    },
  }
}
