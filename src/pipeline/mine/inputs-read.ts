import type { ContextName } from '../../model/ids.ts'
import type { ArchiveReader } from '../../ports/archive-reader.ts'

/** Everything that the candidate ever looked at: paths of the trigger's data, and `read.` with the names of its projections. */
export const inputsRead = async (context: ContextName, archive: Pick<ArchiveReader, 'verdicts'>): Promise<readonly string[]> => {
  const looked = new Set<string>()
  for await (const part of archive.verdicts(context)) {
    for (const { asOf } of part) {
      for (const path of asOf.inputsRead) looked.add(path)
      for (const read of asOf.reads) looked.add(`read.${read.projection}`)
    }
  }
  return [...looked].sort()
}
