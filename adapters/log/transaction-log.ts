import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { BanyanError } from '../../src/model/errors.ts'

const blockBytes = 256 << 10

/** Bytes before a record's body: length of the body (4), place of its relation (2), kind (1). */
export const recordHead = 7

/** The records of one whole transaction, in memory or on disk. */
export interface SealedLog {
  /** Whole records, block by block, as often as asked. */
  readonly blocks: () => Iterable<Buffer>
  /** Held in memory. */
  readonly memoryBytes: number
  readonly release: () => void
}

/** Collects the records of the transaction that is in flight. */
export interface TransactionLog {
  readonly append: (kind: number, relation: number, source: Buffer, from: number) => void
  readonly seal: () => SealedLog
  /** Forgets what was appended. */
  readonly discard: () => void
}

export interface TransactionLogOptions {
  readonly spoolFolder: string
  readonly thresholdBytes: number
}

/** Beyond the threshold a transaction goes to a file, so that its size is bounded by the disk only. */
export const transactionLog = (options: TransactionLogOptions): TransactionLog => {
  let block = Buffer.allocUnsafe(blockBytes)
  let used = 0
  let full: Buffer[] = []
  let heldBytes = 0
  let spool: Spool | null = null
  const closeBlock = (): void => {
    if (used === 0) return
    const part = block.subarray(0, used)
    used = 0
    if (spool !== null) {
      spool.write(part)
      return
    }
    const closed = Buffer.from(part)
    full.push(closed)
    heldBytes += closed.length
    if (heldBytes <= options.thresholdBytes) return
    spool = openSpool(options.spoolFolder)
    for (const each of full) spool.write(each)
    full = []
    heldBytes = 0
  }
  const reset = (): void => {
    used = 0
    full = []
    heldBytes = 0
    spool = null
    if (block.length > blockBytes) block = Buffer.allocUnsafe(blockBytes)
  }
  return {
    append: (kind, relation, source, from) => {
      const size = recordHead + source.length - from
      if (used + size > block.length) {
        closeBlock()
        if (size > block.length) block = Buffer.allocUnsafe(size)
      }
      block.writeUInt32BE(source.length - from, used)
      block.writeUInt16BE(relation, used + 4)
      block[used + 6] = kind
      source.copy(block, used + recordHead, from)
      used += size
    },
    seal: () => {
      closeBlock()
      const sealed = spool?.seal() ?? memoryLog(full, heldBytes)
      reset()
      return sealed
    },
    discard: () => {
      spool?.seal().release()
      reset()
    },
  }
}

const memoryLog = (blocks: readonly Buffer[], memoryBytes: number): SealedLog => ({ blocks: () => blocks, memoryBytes, release: () => {} })

interface Spool {
  readonly write: (block: Buffer) => void
  readonly seal: () => SealedLog
}

/** A file without a name: it is unlinked as soon as it is open, so no crash leaves personal data on disk. */
const openSpool = (folder: string): Spool => {
  const path = join(folder, `${process.pid}-${randomBytes(8).toString('hex')}.spool`)
  const file = guarded(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return openSync(path, 'wx+', 0o600)
  })
  const unlink = (): void => rmSync(path, { force: true })
  if (process.platform !== 'win32') unlink()
  const lengths: number[] = []
  return {
    write: (block) => {
      guarded(folder, () => {
        for (let written = 0; written < block.length; ) written += writeSync(file, block, written)
      })
      lengths.push(block.length)
    },
    seal: () => spooledLog(file, lengths, unlink),
  }
}

const spooledLog = (file: number, lengths: readonly number[], unlink: () => void): SealedLog => {
  let open = true
  return {
    *blocks() {
      let at = 0
      for (const length of lengths) {
        if (!open) throw released()
        const block = Buffer.allocUnsafe(length)
        for (let read = 0; read < length; ) read += readSync(file, block, read, length - read, at + read)
        at += length
        yield block
      }
    },
    memoryBytes: 0,
    release: () => {
      if (!open) return
      open = false
      closeSync(file)
      unlink()
    },
  }
}

const guarded = <T>(folder: string, work: () => T): T => {
  try {
    return work()
  } catch (cause) {
    throw new BanyanError(
      'source-spool',
      `a large transaction cannot be spooled: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        hint: 'make room in the spool folder, or name another one by the option spoolFolder',
        where: folder,
        cause,
      },
    )
  }
}

const released = (): BanyanError =>
  new BanyanError('usage', 'the changes of a large transaction were read after it was acknowledged', {
    hint: 'acknowledge a token only when its transaction is no longer needed',
  })
