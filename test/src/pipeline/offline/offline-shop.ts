import { encode } from '../../../../src/model/canonical.ts'
import type { ChangeEvent, LegacyTransaction, SourceItem } from '../../../../src/model/change-event.ts'
import { epochMs, position, resumeToken, rowKey, sourceName, tableName } from '../../../../src/model/ids.ts'
import type { Position } from '../../../../src/model/ids.ts'
import type { Row } from '../../../../src/model/value.ts'
import type { ChangeSource } from '../../../../src/ports/change-source.ts'

export interface Write {
  readonly op: ChangeEvent['op']
  readonly table: string
  readonly key: string
  readonly row?: Row
}

export interface Commit {
  readonly at: number
  readonly writes: readonly Write[]
  readonly snapshot?: boolean
  readonly capturedAt?: number
}

export const positionOf = (index: number): Position => position(`mem1:${String(index).padStart(12, '0')}`)

/** A recording in memory: the commits in order, the index of a commit is its place in the log. */
export const recordingOf = (
  name: string,
  tables: Readonly<Record<string, { readonly key: string; readonly columns: readonly string[] }>>,
  commits: readonly Commit[],
): ChangeSource => {
  const items: readonly SourceItem[] = commits.map((commit, index): LegacyTransaction => {
    const header = {
      source: sourceName(name),
      position: positionOf(index),
      id: String(index),
      beganAt: null,
      committedAt: epochMs(commit.at),
      capturedAt: epochMs(commit.capturedAt ?? commit.at),
      count: commit.writes.length,
      snapshot: commit.snapshot ?? false,
    }
    const changes = commit.writes.map(
      ({ op, table, key, row }, ordinal): ChangeEvent => ({
        transaction: header,
        ordinal,
        op,
        table: tableName(table),
        key: rowKey(encode([key])),
        before: null,
        after: row ?? null,
        beforeKind: 'none',
        omitted: [],
      }),
    )
    return { kind: 'transaction', header, token: resumeToken(header.position), changes: () => changes }
  })
  return {
    name: sourceName(name),
    isRecorded: true,
    read: async function* () {
      yield* items
    },
    acknowledge: () => undefined,
    preflight: async () => [],
    tables: async () =>
      Object.entries(tables).map(([table, { key, columns }]) => ({
        name: tableName(table),
        columns: columns.map((column) => ({ name: column, type: 'text', nullable: false, keyOrder: column === key ? 1 : null })),
      })),
    [Symbol.asyncDispose]: async () => undefined,
  }
}
