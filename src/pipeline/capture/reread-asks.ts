import type { SourceName, TableName } from '../../model/ids.ts'
import type { CaptureStore } from '../../ports/capture-store.ts'

/** The tables that somebody has asked to be read again, as far as is known. */
export interface RereadAsks extends Disposable {
  readonly asked: () => readonly TableName[]
  /** Resolves when it is known what was asked for by now. */
  readonly refresh: () => Promise<void>
}

const askEveryMs = 1000

/** Looks for what was asked for now and then, while capture goes on. */
export const rereadAsks = (store: Pick<CaptureStore, 'askedReread'>, source: SourceName): RereadAsks => {
  let known: readonly TableName[] = []
  const refresh = async (): Promise<void> => {
    known = await store.askedReread(source)
  }
  // A store that is gone is told of by the next commit.
  const timer = setInterval(() => void refresh().catch(() => undefined), askEveryMs)
  return {
    asked: () => known,
    refresh,
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
