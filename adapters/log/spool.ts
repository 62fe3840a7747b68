import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { BanyanError } from '../../src/model/errors.ts'
import type { SealedLog } from './sealed-log.ts'

/** The blocks of one transaction's log, on disk. */
export interface Spool {
  readonly write: (block: Buffer) => void
  /** Forgets everything behind the first so many bytes. */
  readonly cut: (lengthBytes: number) => void
  readonly lengthBytes: () => number
  readonly seal: () => SealedLog
}

/** A file without a name: it is unlinked as soon as it is open, so no crash leaves personal data on disk. */
export const openSpool = (folder: string): Spool => {
  const path = join(folder, `${process.pid}-${randomBytes(8).toString('hex')}.spool`)
  const file = guarded(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return openSync(path, 'wx+', 0o600)
  })
  const unlink = (): void => rmSync(path, { force: true })
  if (process.platform !== 'win32') unlink()
  const lengths: number[] = []
  let endBytes = 0
  return {
    write: (block) => {
      guarded(folder, () => {
        for (let written = 0; written < block.length; ) {
          written += writeSync(file, block, written, block.length - written, endBytes + written)
        }
      })
      lengths.push(block.length)
      endBytes += block.length
    },
    cut: (lengthBytes) => {
      cutLengths(lengths, endBytes - lengthBytes)
      endBytes = lengthBytes
      guarded(folder, () => ftruncateSync(file, endBytes))
    },
    lengthBytes: () => endBytes,
    seal: () => spooledLog(file, lengths, unlink),
  }
}

/** Takes so many bytes from the end of a list of blocks. */
const cutLengths = (lengths: number[], surplusBytes: number): void => {
  let surplus = surplusBytes
  while (surplus > 0) {
    const last = lengths.pop() ?? surplus
    if (last > surplus) lengths.push(last - surplus)
    surplus -= last
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
