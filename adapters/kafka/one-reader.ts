import { Buffer } from 'node:buffer'
import type { GroupMember, GroupMemberAssignment, PartitionAssigner } from 'kafkajs'
import kafkajs from 'kafkajs'

/** What a member of the group says of itself when it joins. Times are in ms since 1970, by its own clock. */
export interface Candidacy {
  /** Since when it reads; null: it stands by. */
  readonly readsSinceMs: number | null
  readonly waitsSinceMs: number
}

interface Named extends Candidacy {
  readonly memberId: string
}

/** Whoever reads goes on; where nobody does, the one that has waited longest begins. Null: there is no member. */
export const readerOf = (members: readonly Named[]): string | null => {
  const [first] = members.toSorted(
    (a, b) =>
      // Of two that say so the later one: the other was taken for dead meanwhile.
      (b.readsSinceMs ?? 0) - (a.readsSinceMs ?? 0) || a.waitsSinceMs - b.waitsSinceMs || (a.memberId < b.memberId ? -1 : 1),
  )
  return first?.memberId ?? null
}

/** The name that all members must share: the brokers refuse one that deals partitions out in another way. */
const name = 'banyan-one-reader'
const version = 1

/** A source has one order, so it has one reader: one member of the group gets the partitions of `topic`, the others stand by. */
export const oneReader =
  (topic: string, candidacy: () => Candidacy): PartitionAssigner =>
  () => ({
    name,
    version,
    protocol: ({ topics }) => ({
      name,
      metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({ version, topics, userData: Buffer.from(JSON.stringify(candidacy())) }),
    }),
    assign: async ({ members }) => assignmentsOf(members, topic),
  })

/** Members may have begun with other topics: each is given the first one of its own. */
const assignmentsOf = (members: readonly GroupMember[], topic: string): GroupMemberAssignment[] => {
  const known = members.map(({ memberId, memberMetadata }) => {
    const metadata = kafkajs.AssignerProtocol.MemberMetadata.decode(memberMetadata)
    return { memberId, topic: metadata?.topics[0] ?? topic, ...candidacyOf(metadata?.userData) }
  })
  const reader = readerOf(known)
  return known.map((member) => ({
    memberId: member.memberId,
    memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
      version,
      assignment: member.memberId === reader ? { [member.topic]: [0] } : {},
      userData: Buffer.alloc(0),
    }),
  }))
}

/** What another version says may be of no known form: it waits behind all others. */
const candidacyOf = (userData: Buffer | undefined): Candidacy => {
  try {
    const { readsSinceMs, waitsSinceMs } = JSON.parse(String(userData)) as Readonly<Record<string, unknown>>
    return {
      readsSinceMs: typeof readsSinceMs === 'number' ? readsSinceMs : null,
      waitsSinceMs: typeof waitsSinceMs === 'number' ? waitsSinceMs : Number.MAX_SAFE_INTEGER,
    }
  } catch {
    return { readsSinceMs: null, waitsSinceMs: Number.MAX_SAFE_INTEGER }
  }
}
