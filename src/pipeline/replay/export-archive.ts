import type { Context } from '../../model/context.ts'
import type { SourceName } from '../../model/ids.ts'
import type { ArchiveReader } from '../../ports/archive-reader.ts'
import { archiveHeaderLine, archiveLine } from './archived-decision.ts'

/** The lines of an archive file, in as-of order and in bounded memory: first the header, then one for each settled decision. */
export async function* archiveLines(input: {
  readonly store: Pick<ArchiveReader, 'archive' | 'rules'>
  readonly context: Pick<Context, 'name' | 'candidateVersion'>
  readonly source: SourceName
}): AsyncGenerator<string, undefined> {
  const { store, context, source } = input
  const rules = await store.rules(context.name)
  yield archiveHeaderLine({ context: context.name, source, candidateVersion: context.candidateVersion, rules })
  for await (const part of store.archive(context.name)) for (const decision of part) yield archiveLine(decision)
}
