/** Microseconds between 1970 and 2000: the wire counts from 2000. */
const serverEpochUs = 946_684_800_000_000n

export interface Status {
  readonly received: bigint
  /** Everything before it is durable at the consumer. 0: nothing is, move nothing. */
  readonly flushed: bigint
  readonly replyNow: boolean
  readonly nowMs: number
}

/** A standby status update. `flushed` is what the server may forget, exactly and never one byte more. */
export const statusUpdate = ({ received, flushed, replyNow, nowMs }: Status): Buffer => {
  const bytes = Buffer.allocUnsafe(34)
  bytes[0] = 0x72
  bytes.writeBigUInt64BE(received > flushed ? received : flushed, 1)
  bytes.writeBigUInt64BE(flushed, 9)
  bytes.writeBigUInt64BE(flushed, 17)
  bytes.writeBigInt64BE(BigInt(Math.trunc(nowMs * 1000)) - serverEpochUs, 25)
  bytes[33] = replyNow ? 1 : 0
  return bytes
}

/** What has been acknowledged, and whether the server knows. */
export interface Acknowledged {
  readonly advance: (lsn: bigint) => void
  /** The acknowledged LSN, which is now told to the server. */
  readonly tell: () => bigint
  /** The acknowledged LSN, if no session has told it; else null. */
  readonly untold: () => bigint | null
  /** The running session; it gets every advance. Null: none is running. */
  readonly listen: (listener: (() => void) | null) => void
}

export const acknowledged = (): Acknowledged => {
  let flushed = 0n
  let told = 0n
  let session: (() => void) | null = null
  return {
    advance: (lsn) => {
      if (lsn <= flushed) return
      flushed = lsn
      session?.()
    },
    tell: () => {
      told = flushed
      return flushed
    },
    untold: () => (flushed > told ? flushed : null),
    listen: (listener) => {
      session = listener
    },
  }
}
