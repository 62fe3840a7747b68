import type { ClaimStore, Member, Membership } from '../../ports/claim-store.ts'
import { BanyanError } from '../../model/errors.ts'
import { pause } from '../pause.ts'
import { nextMoves } from './next-moves.ts'

/** How the work is shared at this instant. */
export interface Sharing {
  readonly holds: readonly string[]
  readonly waitsFor: readonly string[]
}

/** The claims of this process, which others may come to need, and which fall when its membership breaks. */
export interface Claims extends AsyncDisposable {
  /** Resolves when it is granted, with what says that it is gone. Rejects with the signal's reason. */
  readonly granted: (stage: string, options: { readonly keeps: boolean; readonly signal: AbortSignal }) => Promise<AbortSignal>
  /** To be called when the work of it has stopped, and not before. */
  readonly letGo: (stage: string) => Promise<void>
  /** Resolves when each claim that was asked for by now is granted, or another's. */
  readonly asked: () => Promise<void>
  readonly isHeld: (stage: string) => boolean
  /** Rejects when this process can be a member no more. Never resolves. */
  readonly failed: Promise<never>
}

const lookMs = 200
/** When nothing is waited for. Somebody who comes later waits so long for the first stage that is given up. */
export const calmLookMs = 1_000

/** The claim is gone, or goes to another. */
const goneReason = Symbol('the claim is gone')

interface Wanted {
  readonly keeps: boolean
  readonly grant: (gone: AbortSignal) => void
}

interface Held {
  readonly keeps: boolean
  readonly gone: AbortController
}

interface State {
  readonly wanted: Map<string, Wanted>
  readonly held: Map<string, Held>
  /** Since when wanted stages are seen free, by the monotonic clock. */
  readonly freeSince: Map<string, number>
  membership: Membership
  readonly tell: () => void
}

/** Joins those who work on the store. @throws BanyanError store-unreachable, config-invalid. */
export const openClaims = async (store: ClaimStore, onChange: (sharing: Sharing) => void): Promise<Claims> => {
  const wanted = new Map<string, Wanted>()
  const held = new Map<string, Held>()
  const tell = (): void => onChange({ holds: [...held.keys()], waitsFor: [...wanted.keys()] })
  const state: State = { wanted, held, freeSince: new Map(), membership: await store.join(), tell }
  const loop = keepMembership(store, state)
  return {
    granted: async (stage, { keeps, signal }) => {
      const granted = Promise.withResolvers<AbortSignal>()
      const stop = (): void => granted.reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
      wanted.set(stage, { keeps, grant: granted.resolve })
      tell()
      loop.wake()
      try {
        return await granted.promise
      } finally {
        wanted.delete(stage)
        signal.removeEventListener('abort', stop)
      }
    },
    letGo: async (stage) => {
      held.delete(stage)
      await state.membership.release(stage).catch(() => undefined)
      tell()
    },
    asked: loop.asked,
    isHeld: (stage) => held.has(stage),
    failed: loop.failed,
    [Symbol.asyncDispose]: async () => {
      await loop.stop()
      await state.membership[Symbol.asyncDispose]()
    },
  }
}

interface Loop {
  readonly wake: () => void
  readonly asked: () => Promise<void>
  readonly failed: Promise<never>
  readonly stop: () => Promise<void>
}

/** Looks at who has what again and again, and becomes a new member when the store cut the old one off. */
const keepMembership = (store: ClaimStore, state: State): Loop => {
  const stopped = new AbortController()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  let wake = new AbortController()
  let asked = Promise.withResolvers<void>()
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      wake = new AbortController()
      const answered = asked
      try {
        // Who asks from now on is answered by the next round.
        asked = Promise.withResolvers()
        await round(state)
        answered.resolve()
      } catch (error) {
        if (stopped.signal.aborted) return
        if (!(error instanceof BanyanError) || error.code !== 'store-unreachable') throw error
        answered.resolve()
        await rejoin(store, state)
        continue
      }
      await pause(state.wanted.size > 0 ? lookMs : calmLookMs, AbortSignal.any([wake.signal, stopped.signal]))
    }
  }
  const done = loop().catch(failed.reject)
  return {
    wake: () => wake.abort(),
    asked: () => Promise.race([asked.promise, failed.promise.catch(() => undefined)]),
    failed: failed.promise,
    stop: async () => {
      stopped.abort()
      await done
    },
  }
}

const rejoin = async (store: ClaimStore, state: State): Promise<void> => {
  for (const { gone } of state.held.values()) gone.abort(goneReason)
  await state.membership[Symbol.asyncDispose]()
  state.membership = await store.join()
}

const round = async (state: State): Promise<void> => {
  const { wanted, held, freeSince, membership } = state
  const members = await membership.look([...wanted.keys()])
  noteFree(state, members)
  // What is on its way out is not to go a second time.
  const kept = new Set([...held].filter(([, { keeps, gone }]) => keeps || gone.signal.aborted).map(([stage]) => stage))
  const freeForMs = (stage: string): number => performance.now() - (freeSince.get(stage) ?? performance.now())
  const moves = nextMoves({ me: membership.number, members, wanted: [...wanted.keys()], kept, freeForMs })
  for (const stage of moves.claim) await claim(state, stage)
  for (const member of moves.expel) await membership.expel(member)
  if (moves.giveUp !== null) held.get(moves.giveUp)?.gone.abort(goneReason)
}

const noteFree = ({ wanted, freeSince }: State, members: readonly Member[]): void => {
  const taken = new Set(members.flatMap(({ holds }) => holds.map(({ stage }) => stage)))
  for (const stage of freeSince.keys()) if (taken.has(stage) || !wanted.has(stage)) freeSince.delete(stage)
  for (const stage of wanted.keys()) if (!taken.has(stage) && !freeSince.has(stage)) freeSince.set(stage, performance.now())
}

const claim = async ({ wanted, held, membership, tell }: State, stage: string): Promise<void> => {
  if (!wanted.has(stage) || !(await membership.claim(stage))) return
  const one = wanted.get(stage)
  // Nobody wants it any more.
  if (one === undefined) return membership.release(stage)
  wanted.delete(stage)
  const gone = new AbortController()
  held.set(stage, { keeps: one.keeps, gone })
  one.grant(gone.signal)
  tell()
}
