import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BanyanError } from '../../model/errors.ts'

interface WriteOptions {
  readonly signal: AbortSignal
  readonly onProgress: (decisions: number) => void
}

/**
 * Writes the lines of an archive to a file, no faster than the disk takes them; gives how many there were, without the header.
 *
 * @throws BanyanError usage when the file cannot be written; the reason of an aborted signal.
 */
export const writeArchive = async (file: string, lines: AsyncIterable<string>, { signal, onProgress }: WriteOptions): Promise<number> => {
  let written = -1
  try {
    await mkdir(dirname(file), { recursive: true })
    const stream = createWriteStream(file)
    await once(stream, 'open')
    for await (const line of lines) {
      signal.throwIfAborted()
      if (!stream.write(`${line}\n`)) await once(stream, 'drain')
      written += 1
      if (written % 1_000 === 0) onProgress(written)
    }
    stream.end()
    await once(stream, 'finish')
    return written
  } catch (cause) {
    if (cause instanceof BanyanError || signal.aborted) throw cause
    throw new BanyanError('usage', 'the archive cannot be written', {
      where: file,
      hint: 'name a file in a folder that you may write to',
      cause,
    })
  }
}
