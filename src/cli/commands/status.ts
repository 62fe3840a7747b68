import { durationWords } from '../../model/duration.ts'
import type { CaptureCursor } from '../../ports/capture-store.ts'
import type { TableVersion } from '../../model/table-shape.ts'
import type { Member } from '../../ports/claim-store.ts'
import type { StreamStatus } from '../../pipeline/publish-status.ts'
import { publishStatus } from '../../pipeline/publish-status.ts'
import { sourceClock } from '../../pipeline/source-time.ts'
import { versionWords } from '../../schema/words.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { openBanyan } from '../open.ts'
import { grouped, tableText } from '../table.ts'

const phases = {
  snapshot: 'taking the snapshot',
  stream: 'following the log',
  ended: 'the input has ended',
  gap: 'the log that follows is lost',
} as const

/** Says what the store holds: how far each stage is, and what waits. */
export const status: Command = async (input) => {
  await using opened = await openBanyan(input)
  const { config, store } = opened
  const cursor = await store.captureCursor(config.source.name)
  const totals = await store.totals(config.source.name)
  const contexts = await Promise.all(
    config.contexts.map(async (context) => ({ name: context.name, ...(await store.decisionTotals(context.name, context.on)) })),
  )
  const deadLetters = await store.deadLetters(3)
  const schemaChanges = (await store.tableVersions(config.source.name)).filter(({ changes }) => changes.length > 0)
  const behindMs = cursor === null ? null : sourceClock(config.time).now() - cursor.at
  const streams = await publishStatus({ config, store, now: sourceClock(config.time).now() })
  const members = await store.members()
  input.output.result(
    { source: config.source.name, cursor, behindMs, totals, contexts, streams, members, deadLetters, schemaChanges },
    [
      sourceText(config.source.name, cursor, behindMs),
      tableText(
        Object.entries(totals).map(([name, count]) => [`  ${name}`, grouped(count)]),
        [1],
      ),
      ...contexts.map(({ name, ...counts }) =>
        [
          `\ncontext ${name}`,
          tableText(
            Object.entries(counts).map(([what, count]) => [`  ${what}`, grouped(count)]),
            [1],
          ),
        ].join('\n'),
      ),
      ...membersText(members),
      ...streams.map((stream) => `\n${streamText(stream)}`),
      ...schemaChanges.slice(-toldSchemaChanges).map((version) => `\n${schemaText(version)}`),
      ...deadLetters.map((letter) => `\ndead letter of ${letter.part} at ${letter.position}: ${letter.reason}`),
    ].join('\n'),
  )
  return exitCodes.yes
}

/** Longer than any process that is well says nothing. */
const quietMs = 10_000

const membersText = (members: readonly Member[]): readonly string[] => {
  if (members.length === 0) return ['\nnobody runs']
  const since = (at: number): string => new Date(at).toISOString()
  return members.flatMap(({ host, pid, since: joined, silentMs, holds, waitsFor }) => [
    `\n${host} process ${pid}, since ${since(joined)}${silentMs < quietMs ? '' : `: SILENT for ${durationWords(silentMs)}`}`,
    ...(holds.length === 0 ? [] : [tableText(holds.map((held) => [`  ${held.stage}`, since(held.since)]))]),
    ...(waitsFor.length === 0 ? [] : [`  stands by for ${waitsFor.join(', ')}`]),
  ])
}

const streamText = ({ name, waiting, behindMs, isLate, freshWithinMs }: StreamStatus): string => {
  if (waiting === 0) return `stream ${name}: all events published`
  const promised = freshWithinMs === null || !isLate ? '' : `; LATE: ${durationWords(freshWithinMs)} were promised`
  return `stream ${name}: ${grouped(waiting)} events wait to be published, the oldest for ${durationWords(behindMs)}${promised}`
}

const toldSchemaChanges = 10

const schemaText = (version: TableVersion): string => {
  const at = new Date(version.at).toISOString()
  return version.decision === 'paused'
    ? `PAUSED before a change of the schema at ${at}: ${versionWords(version)}\n  to let it pass: schemaChanges: { accepted: ['${version.fingerprint}'] }`
    : `the schema changed at ${at}: ${versionWords(version)}`
}

const sourceText = (name: string, cursor: CaptureCursor | null, behindMs: number | null): string =>
  cursor === null || behindMs === null
    ? `source ${name}: nothing captured yet; start with banyan run`
    : `source ${name}: ${phases[cursor.phase]}, up to ${new Date(cursor.at).toISOString()} (${durationWords(behindMs)} behind)`
