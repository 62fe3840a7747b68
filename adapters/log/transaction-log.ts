import type { SealedLog } from './sealed-log.ts'
import type { Spool } from './spool.ts'
import { openSpool } from './spool.ts'

const blockBytes = 256 << 10
const noBlock = Buffer.alloc(0)

/** Bytes before a record's body: length of the body (4), place of its relation (2), kind (1). */
export const recordHead = 7

/** Collects the records of a transaction that is in flight. */
export interface TransactionLog {
  readonly append: (kind: number, relation: number, source: Buffer, from: number) => void
  /** What was appended so far: a place to {@link cut} back to. */
  readonly lengthBytes: () => number
  /** Forgets everything behind a place that `lengthBytes` gave. */
  readonly cut: (lengthBytes: number) => void
  /** Lets go of memory for a while, where the log is on disk anyway. */
  readonly rest: () => void
  readonly seal: () => SealedLog
  /** Forgets what was appended. */
  readonly discard: () => void
}

export interface TransactionLogOptions {
  readonly spoolFolder: string
  readonly thresholdBytes: number
  /** What several logs hold together; the threshold is then for all of them. */
  readonly held?: HeldMemory
}

/** Memory of the logs that share it. */
export interface HeldMemory {
  bytes: number
  /** A block that nobody fills now. */
  spare: Buffer | null
}

export const heldMemory = (): HeldMemory => ({ bytes: 0, spare: null })

/** Beyond the threshold a transaction goes to a file, so that its size is bounded by the disk only. */
export const transactionLog = (options: TransactionLogOptions): TransactionLog => {
  const held = options.held ?? heldMemory()
  const closed = closedBlocks(options, held)
  let block: Buffer = noBlock
  let used = 0
  const closeBlock = (): void => {
    if (used > 0) closed.add(block.subarray(0, used))
    used = 0
  }
  const giveBlockBack = (): void => {
    if (block.length === blockBytes) held.spare = block
    block = noBlock
  }
  return {
    append: (kind, relation, source, from) => {
      const size = recordHead + source.length - from
      if (used + size > block.length) {
        closeBlock()
        if (size > block.length) block = takeBlock(held, size)
      }
      block.writeUInt32BE(source.length - from, used)
      block.writeUInt16BE(relation, used + 4)
      block[used + 6] = kind
      source.copy(block, used + recordHead, from)
      used += size
    },
    lengthBytes: () => closed.lengthBytes() + used,
    cut: (lengthBytes) => {
      used = Math.max(0, lengthBytes - closed.lengthBytes())
      closed.cut(lengthBytes)
    },
    rest: () => {
      if (!closed.isOnDisk()) return
      closeBlock()
      giveBlockBack()
    },
    seal: () => {
      closeBlock()
      giveBlockBack()
      return closed.seal()
    },
    discard: () => {
      used = 0
      giveBlockBack()
      closed.seal().release()
    },
  }
}

const takeBlock = (held: HeldMemory, size: number): Buffer => {
  const { spare } = held
  held.spare = null
  return spare !== null && size <= blockBytes ? spare : Buffer.allocUnsafe(Math.max(size, blockBytes))
}

interface ClosedBlocks {
  /** The bytes are copied. */
  readonly add: (part: Buffer) => void
  readonly lengthBytes: () => number
  /** Does nothing where there are fewer bytes. */
  readonly cut: (lengthBytes: number) => void
  readonly isOnDisk: () => boolean
  /** Begins anew. */
  readonly seal: () => SealedLog
}

const closedBlocks = ({ spoolFolder, thresholdBytes }: TransactionLogOptions, held: HeldMemory): ClosedBlocks => {
  let blocks: Buffer[] = []
  let bytes = 0
  let spool: Spool | null = null
  const keep = (part: Buffer): void => {
    blocks.push(part)
    bytes += part.length
    held.bytes += part.length
  }
  const take = (): readonly Buffer[] => {
    const taken = blocks
    held.bytes -= bytes
    blocks = []
    bytes = 0
    return taken
  }
  return {
    add: (part) => {
      if (spool !== null) {
        spool.write(part)
        return
      }
      keep(Buffer.from(part))
      if (held.bytes <= thresholdBytes) return
      spool = openSpool(spoolFolder)
      for (const each of take()) spool.write(each)
    },
    lengthBytes: () => spool?.lengthBytes() ?? bytes,
    cut: (lengthBytes) => {
      if (spool !== null) {
        if (lengthBytes < spool.lengthBytes()) spool.cut(lengthBytes)
      } else if (lengthBytes < bytes) {
        for (const each of take()) if (bytes < lengthBytes) keep(each.subarray(0, lengthBytes - bytes))
      }
    },
    isOnDisk: () => spool !== null,
    seal: () => {
      const memoryBytes = bytes
      const sealed = spool?.seal() ?? memoryLog(take(), memoryBytes)
      spool = null
      return sealed
    },
  }
}

const memoryLog = (blocks: readonly Buffer[], memoryBytes: number): SealedLog => ({ blocks: () => blocks, memoryBytes, release: () => {} })
