import { mkdtemp, rm, stat } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { BanyanError } from '../../model/errors.ts'
import type { ReplayBasis } from '../../pipeline/replay/replay-one.ts'
import type { ReplayReport } from '../../pipeline/replay/report.ts'
import type { Command, CommandInput } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { openBanyan } from '../open.ts'
import { grouped } from '../table.ts'

interface ReplayCommandOptions {
  readonly archive?: string
  readonly candidate?: string
  readonly context?: string
  readonly reads: ReplayBasis
  readonly budget: string
  readonly budgetChanged?: string
  readonly workers?: string
  readonly keep?: string
}

/** Answers every recorded decision again with another candidate. Exit 1 when more changes than the budget allows. */
export const replay: Command<ReplayCommandOptions> = async (input, options) => {
  const { output, cwd, signal } = input
  const { budgetOf, replayReport } = await import('../../pipeline/replay/report.ts')
  const { contextOf } = await import('../replay/job.ts')
  const { replayFile } = await import('../replay/replay-file.ts')
  const budgets = {
    appeared: budgetOf(options.budget, '--budget'),
    changed: options.budgetChanged === undefined ? null : budgetOf(options.budgetChanged, '--budget-changed'),
  }
  const workers = workersOf(options.workers)
  await using archive = await archiveOf(input, options)
  const job = {
    cwd,
    config: archive.config,
    context: archive.context,
    candidate: options.candidate ?? null,
    basis: options.reads,
    file: archive.file,
  }
  // Loaded here first: what is wrong with it is said once, and not by every thread.
  const { limits } = await contextOf(job)
  const startedMs = performance.now()
  const { header, tally, candidateVersion } = await replayFile({
    job,
    workers,
    stallMs: limits.timeoutMs + stallMs,
    signal,
    onProgress: ({ decisions, share }) => output.progress(`replaying · ${grouped(decisions)} decisions · ${Math.floor(100 * share)} %`),
  })
  const tookMs = performance.now() - startedMs
  const report = replayReport({ header, basis: options.reads, replayed: candidateVersion, tally, budgets, tookMs })
  const { replayText } = await import('../replay/report-text.ts')
  output.result(report satisfies ReplayReport, replayText(report))
  return report.isWithinBudget ? exitCodes.yes : exitCodes.no
}

const stallMs = 60_000

const workersOf = (text: string | undefined): number => {
  if (text === undefined) return availableParallelism()
  if (/^[1-9]\d?$/.test(text)) return Number(text)
  throw new BanyanError('usage', `--workers ${text} is no number of threads`, { hint: 'write a number from 1 to 99' })
}

interface Archive extends AsyncDisposable {
  readonly file: string
  readonly context: string
  readonly config: string | null
}

/** The archive as a file: the one that was named, or one that is written from the store now. */
const archiveOf = async (input: CommandInput, options: ReplayCommandOptions): Promise<Archive> => {
  const { archive } = options
  const place = archive === undefined ? null : await kindOf(resolve(input.cwd, archive))
  if (archive !== undefined && place === 'file') return namedFile(input, resolve(input.cwd, archive), options.context)
  const config = archive !== undefined && place === 'config' ? archive : input.config
  const folder = archive !== undefined && place === 'folder' ? resolve(input.cwd, archive) : null
  return fromStore({ ...input, config }, options, folder)
}

const kindOf = async (path: string): Promise<'file' | 'folder' | 'config'> => {
  const found = await stat(path).catch((cause: unknown) => {
    throw new BanyanError('usage', 'there is no such archive', {
      where: path,
      hint: 'name an archive file, a store folder or a config',
      cause,
    })
  })
  if (found.isDirectory()) return 'folder'
  return /^\.[cm]?[jt]s$/.test(extname(path)) ? 'config' : 'file'
}

const namedFile = async (input: CommandInput, file: string, asked: string | undefined): Promise<Archive> => {
  const { openArchive } = await import('../replay/ranges.ts')
  const { readArchiveHeader } = await import('../../pipeline/replay/archived-decision.ts')
  using archive = openArchive(file)
  const { context } = readArchiveHeader(archive.header().text, file)
  if (asked !== undefined && asked !== context) {
    throw new BanyanError('usage', `the archive holds decisions of ${context}, not of ${asked}`, {
      where: file,
      hint: 'leave --context out',
    })
  }
  return { file, context, config: input.config, [Symbol.asyncDispose]: async () => {} }
}

const fromStore = async (input: CommandInput, options: ReplayCommandOptions, folder: string | null): Promise<Archive> => {
  const { output, cwd } = input
  const { archiveLines } = await import('../../pipeline/replay/export-archive.ts')
  const { writeArchive } = await import('../replay/write-archive.ts')
  await using opened = await openBanyan(input, folder === null ? {} : { store: { folder } })
  const { contexts, source } = opened.config
  const context =
    options.context === undefined && contexts.length === 1 ? contexts[0] : contexts.find(({ name }) => name === options.context)
  if (context === undefined) {
    throw new BanyanError(
      'usage',
      options.context === undefined ? 'the config has several contexts' : `there is no context ${options.context}`,
      {
        hint: `name one: --context ${contexts.map(({ name }) => name).join(' | ')}`,
      },
    )
  }
  const scratch = options.keep === undefined ? await mkdtemp(join(tmpdir(), 'banyan-replay-')) : null
  const file = scratch === null ? resolve(cwd, options.keep ?? '') : join(scratch, `${context.name}.ndjson`)
  const release = async (): Promise<void> => {
    if (scratch !== null) await rm(scratch, { recursive: true, force: true })
  }
  try {
    await writeArchive(file, archiveLines({ store: opened.store, context, source: source.name }), (decisions) =>
      output.progress(`reading the archive · ${grouped(decisions)} decisions`),
    )
  } catch (error) {
    await release()
    throw error
  }
  if (scratch === null) output.note(`archive kept in ${file}`)
  return { file, context: context.name, config: input.config, [Symbol.asyncDispose]: release }
}
