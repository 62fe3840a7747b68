import { asyncApi } from '../../../rules/events/asyncapi.ts'
import type { LintFinding } from '../../../rules/events/lint.ts'
import type { EventCatalogue } from '../../model/event-catalogue.ts'
import type { EventStream } from '../../model/event-stream.ts'
import { streamOf } from '../../model/event-stream.ts'
import type { Command, CommandInput } from '../command.ts'
import type { ExitCode } from '../exit.ts'
import { exitCodes } from '../exit.ts'
import { lintedEvents } from '../linted-events.ts'
import type { LoadedConfig } from '../load-config.ts'
import { loadConfig } from '../load-config.ts'
import { writeText } from '../out-folder.ts'
import { releasedFile } from '../released-events.ts'
import { tableText } from '../table.ts'

interface EventsOptions {
  readonly lint?: boolean
  readonly asyncapi?: boolean
  readonly release?: boolean
}

/** Lists, lints, describes or releases the events of the config. Asks neither the source nor a broker. Exit 1 when the lint refuses. */
export const events: Command<EventsOptions> = async (input, options) => {
  const loaded = await loadConfig({ cwd: input.cwd, path: input.config })
  await using _source = loaded.pipeline.source
  const { catalogue, findings } = await lintedEvents(loaded)
  if (options.asyncapi === true) return describe(input, loaded, catalogue)
  if (options.lint === true) return judge(input, catalogue, findings)
  if (options.release === true) return release(input, loaded, catalogue, findings)
  const streams = streamsOf(loaded)
  const listed = catalogue.events.map((event) => ({ ...event, stream: streamOf(streams, event)?.name ?? null }))
  const rows = listed.map(({ type, version, owner, stream, schema }) => [
    type,
    `v${version}`,
    owner,
    stream ?? '-',
    schema === null ? 'no schema' : 'schema',
  ])
  input.output.result({ events: listed }, tableText(rows))
  return exitCodes.yes
}

/** What is published, or as long as nothing is, a stream for each journey. */
const streamsOf = ({ pipeline: { publish, journeys, rules } }: LoadedConfig): readonly EventStream[] =>
  publish?.streams ??
  journeys.map(({ name }) => ({
    name,
    journey: name,
    types: [],
    owner: rules.find((rule) => rule.journey === name)?.owner ?? name,
    description: null,
    retentionMs: null,
    freshWithinMs: null,
    partitions: 1,
    replicas: null,
  }))

const describe = ({ output }: CommandInput, loaded: LoadedConfig, catalogue: EventCatalogue): ExitCode => {
  const { title, source, publish } = loaded.pipeline
  const document = asyncApi({
    title: title ?? source.name,
    catalogue,
    streams: streamsOf(loaded),
    brokers: publish?.places ?? [],
    mode: publish?.mode ?? 'binary',
  })
  output.result(document, JSON.stringify(document, null, 2))
  return exitCodes.yes
}

const findingText = ({ type, verdict, what, hint }: LintFinding): string =>
  `${verdict === 'refuse' ? 'REFUSE' : 'doubt '}  ${type}: ${what}\n          ${hint}`

const passes = (findings: readonly LintFinding[]): boolean => findings.every((finding) => finding.verdict !== 'refuse')

const lintText = (catalogue: EventCatalogue, findings: readonly LintFinding[]): string => {
  const refused = findings.filter((finding) => finding.verdict === 'refuse').length
  const doubts = findings.length - refused
  return [
    ...findings.map(findingText),
    ...(findings.length > 0 ? [''] : []),
    `${catalogue.events.length} events, ${refused} refused, ${doubts} doubts`,
  ].join('\n')
}

const judge = ({ output }: CommandInput, catalogue: EventCatalogue, findings: readonly LintFinding[]): ExitCode => {
  const passed = passes(findings)
  output.result({ passed, findings }, lintText(catalogue, findings))
  return passed ? exitCodes.yes : exitCodes.no
}

const release = async (
  input: CommandInput,
  loaded: LoadedConfig,
  catalogue: EventCatalogue,
  findings: readonly LintFinding[],
): Promise<ExitCode> => {
  if (!passes(findings)) return judge(input, catalogue, findings)
  const file = releasedFile(loaded)
  await writeText(file, `${JSON.stringify(catalogue, null, 2)}\n`)
  input.output.result({ passed: true, file, events: catalogue.events.length }, `${catalogue.events.length} events released in ${file}`)
  return exitCodes.yes
}
