import { readRelation } from './pgoutput.ts'
import type { Relation, RelationSources } from './relation.ts'
import { hasUnknownType, relationOf } from './relation.ts'

/** Tables as the server described them last. */
export interface TableShapes {
  /** By OID; null for a table that is not captured. */
  readonly byOid: ReadonlyMap<number, Relation | null>
  readonly describe: (bytes: Buffer) => void
  /** Takes over what another knows. */
  readonly adopt: (other: TableShapes) => void
  readonly forget: () => void
  /** Since it was asked last: is there a type that the catalogue must be asked about before decoding? */
  readonly takeNeedsTypes: () => boolean
}

export const tableShapes = (sources: RelationSources): TableShapes => {
  const byOid = new Map<number, Relation | null>()
  let needsTypes = false
  return {
    byOid,
    describe: (bytes) => {
      const message = readRelation(bytes)
      const relation = relationOf(message, sources)
      byOid.set(message.oid, relation)
      if (relation !== null && hasUnknownType(message, sources.types())) needsTypes = true
    },
    adopt: (other) => {
      for (const [oid, relation] of other.byOid) byOid.set(oid, relation)
      if (other.takeNeedsTypes()) needsTypes = true
    },
    forget: () => byOid.clear(),
    takeNeedsTypes: () => {
      const needed = needsTypes
      needsTypes = false
      return needed
    },
  }
}
