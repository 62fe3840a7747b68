import { createRequire } from 'node:module'

interface RequestQueue {
  readonly pending: readonly unknown[]
  readonly throttledUntil: number
  scheduleCheckPendingRequests(this: RequestQueue): void
}

const load = createRequire(import.meta.url)

/** The class is one for all connections, and mended once. */
let isQuiet = false

/**
 * kafkajs 2.2.4 looks for waiting requests by a timer, a thousand times a second for each connection, and Node 24 warns of its negative time
 * (github.com/tulios/kafkajs/issues/1704 and 1751). Where nothing waits there is nothing to look for: each new request looks anew.
 */
export const quietRequestQueue = (): void => {
  if (isQuiet) return
  isQuiet = true
  const { prototype } = load('kafkajs/src/network/requestQueue') as { readonly prototype: RequestQueue }
  const own = prototype.scheduleCheckPendingRequests
  prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) own.call(this)
  }
}
