import { BanyanError } from '../../model/errors.ts'
import type { ClaimStore } from '../../ports/claim-store.ts'
import { pause } from '../pause.ts'
import type { Claims, Sharing } from './claims.ts'
import { calmLookMs, openClaims } from './claims.ts'

export interface SharedWork extends AsyncDisposable, Pick<Claims, 'asked' | 'isHeld' | 'failed'> {
  /**
   * Does the work while this process has the claim of that name, and resolves with what the work gave when it came to its end by itself.
   * Where the claim is lost or given up the work is stopped, and begins anew with the next claim: it has to go on from what is durable.
   * `keeps`: not given up for others, and what it gave counts though the claim was lost.
   *
   * @throws what the work throws, but for store-stage-taken and what came of a lost claim; the signal's reason.
   */
  readonly underClaim: <T>(stage: string, work: (signal: AbortSignal) => Promise<T>, options?: { readonly keeps?: boolean }) => Promise<T>
}

/** So often in a row a stage is refused that this process has claimed: somebody writes it who makes no claims. */
const maxRefusals = 10
const refusedPauseMs = 100

/** Shares work with all other processes that do the same on the store. @throws BanyanError store-unreachable, config-invalid. */
export const shareWork = async (input: {
  readonly store: ClaimStore
  readonly signal: AbortSignal
  readonly onChange: (sharing: Sharing) => void
}): Promise<SharedWork> => {
  const { store, signal } = input
  const claims = await openClaims(store, input.onChange)
  const underClaim: SharedWork['underClaim'] = async (stage, work, { keeps = false } = {}) => {
    for (let refusals = 0; ; ) {
      const gone = await claims.granted(stage, { keeps, signal })
      try {
        const done = await work(AbortSignal.any([signal, gone]))
        if (!gone.aborted || keeps) return done
      } catch (error) {
        if (signal.aborted) throw error
        const isRefused = error instanceof BanyanError && error.code === 'store-stage-taken'
        refusals = isRefused ? refusals + 1 : 0
        if (refusals >= maxRefusals || !(isRefused || (await isGone(gone, error)))) throw error
      } finally {
        await claims.letGo(stage)
      }
      await pause(refusals * refusedPauseMs, signal)
    }
  }
  const { asked, isHeld, failed } = claims
  return { underClaim, asked, isHeld, failed, [Symbol.asyncDispose]: () => claims[Symbol.asyncDispose]() }
}

/** What breaks the work may be what breaks the claim, and the work may have noticed first. */
const isGone = async (gone: AbortSignal, error: unknown): Promise<boolean> => {
  if (error instanceof BanyanError && (error.retryable || error.code === 'sink-fenced')) await pause(2 * calmLookMs, gone)
  return gone.aborted
}
