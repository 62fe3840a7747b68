import { closeSync, openSync, writeSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { BanyanError } from '../model/errors.ts'

/** @throws BanyanError usage when it cannot be made. */
export const createFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true })
  } catch (cause) {
    throw unwritable(folder, cause)
  }
}

/** @throws BanyanError usage when it cannot be written. */
export const writeText = async (file: string, text: string): Promise<void> => {
  try {
    await writeFile(file, text)
  } catch (cause) {
    throw unwritable(file, cause)
  }
}

/** A file that is written line by line. */
export interface LineWriter {
  readonly line: (text: string) => void
  readonly close: () => void
}

const bufferedChars = 1 << 20

/** @throws BanyanError usage when it cannot be written. */
export const openLines = (file: string): LineWriter => {
  const handle = attempt(file, () => openSync(file, 'w'))
  let buffered = ''
  const flush = (): void => {
    attempt(file, () => writeSync(handle, buffered))
    buffered = ''
  }
  return {
    line: (text) => {
      buffered += `${text}\n`
      if (buffered.length >= bufferedChars) flush()
    },
    close: () => {
      flush()
      closeSync(handle)
    },
  }
}

const attempt = <T>(file: string, work: () => T): T => {
  try {
    return work()
  } catch (cause) {
    throw unwritable(file, cause)
  }
}

const unwritable = (where: string, cause: unknown): BanyanError =>
  new BanyanError('usage', 'it cannot be written', { where, hint: 'name a folder that you may write to', cause })
