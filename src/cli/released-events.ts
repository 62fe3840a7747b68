import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { BanyanError } from '../model/errors.ts'
import type { EventCatalogue } from '../model/event-catalogue.ts'
import type { LoadedConfig } from './load-config.ts'

const text = z.string()
const event = z.strictObject({
  type: text,
  version: z.int(),
  owner: text,
  journey: text.nullable(),
  description: text.nullable(),
  schema: z.record(z.string(), z.unknown()).nullable(),
})
const catalogue = z.strictObject({ format: z.literal(1), events: z.array(event) })

/** Where the last released catalogue is. */
export const releasedFile = ({ folder, events }: LoadedConfig): string => resolve(folder, events.released ?? 'events.released.json')

/**
 * The last released catalogue; null where there is none yet.
 *
 * @throws BanyanError config-invalid for a file that is no catalogue.
 */
export const readReleased = async (config: LoadedConfig): Promise<EventCatalogue | null> => {
  const file = releasedFile(config)
  let content: string
  try {
    content = await readFile(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw unreadable(file, cause)
  }
  try {
    return catalogue.parse(JSON.parse(content)) as EventCatalogue
  } catch (cause) {
    throw unreadable(file, cause)
  }
}

const unreadable = (file: string, cause: unknown): BanyanError =>
  new BanyanError('config-invalid', 'the released catalogue of events cannot be read', {
    hint: 'take it from the repository as it was released, or write it anew: banyan events --release',
    where: file,
    cause,
  })
