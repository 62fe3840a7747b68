import type { Brand } from '../model/brand.ts'

/** One process that works on a store, by its number there. */
export type MemberNumber = Brand<number, 'MemberNumber'>

/** A stage that one process has to itself. */
export interface HeldStage {
  readonly stage: string
  /** Real time of the store's server, epoch ms. */
  readonly since: number
}

/** A process that shares the work of a store, as the store's server knows it. */
export interface Member {
  readonly number: MemberNumber
  readonly host: string
  readonly pid: number
  /** Real time of the store's server, epoch ms. */
  readonly since: number
  /** Since it was last heard of. One that is stopped, or cut off, keeps what it has until somebody ends its sessions. */
  readonly silentMs: number
  /** The stages that it would do if it could. */
  readonly waitsFor: readonly string[]
  /** What it has, first claimed first. */
  readonly holds: readonly HeldStage[]
}

/**
 * This process as a member. Its claims live and die with one session of the store: when that breaks all are lost, and every call
 * throws store-unreachable.
 */
export interface Membership extends AsyncDisposable {
  readonly number: MemberNumber
  /** Says that this process lives and what it waits for; hears who is there and who has what, itself included. */
  readonly look: (waitsFor: readonly string[]) => Promise<readonly Member[]>
  /** False: somebody else has it. From now on what an earlier holder still commits to this stage is refused with store-stage-taken. */
  readonly claim: (stage: string) => Promise<boolean>
  readonly release: (stage: string) => Promise<void>
  /** Ends all sessions of a member, whose claims fall with them. */
  readonly expel: (member: MemberNumber) => Promise<void>
}

/** Who does what, where several processes work on one store. */
export interface ClaimStore {
  /** @throws BanyanError config-invalid where a pooler lets processes share sessions; store-unreachable. */
  readonly join: () => Promise<Membership>
  readonly members: () => Promise<readonly Member[]>
}
