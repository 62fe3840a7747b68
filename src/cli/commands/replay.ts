import { mkdtemp, rm, stat } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import type { Context } from '../../model/context.ts'
import { BanyanError } from '../../model/errors.ts'
import { readArchiveHeader } from '../../pipeline/replay/archived-decision.ts'
import { archiveLines } from '../../pipeline/replay/export-archive.ts'
import { replayUnrecorded } from '../../pipeline/replay/replay-from-store.ts'
import type { ReplayBasis } from '../../pipeline/replay/replay-one.ts'
import type { ReplayReport } from '../../pipeline/replay/report.ts'
import { budgetOf, replayReport } from '../../pipeline/replay/report.ts'
import type { Store } from '../../ports/store.ts'
import type { Command, CommandInput } from '../command.ts'
import { exitCodes } from '../exit.ts'
import type { Opened } from '../open.ts'
import { openBanyan } from '../open.ts'
import { contextOf } from '../replay/job.ts'
import { openArchive } from '../replay/ranges.ts'
import { replayFile } from '../replay/replay-file.ts'
import { replayText } from '../replay/report-text.ts'
import { writeArchive } from '../replay/write-archive.ts'
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
  const { output, signal } = input
  try {
    const report = await replayed(input, options)
    output.result(report, replayText(report))
    return report.isWithinBudget ? exitCodes.yes : exitCodes.no
  } catch (error) {
    if (!signal.aborted) throw error
    output.result({ stopped: true }, 'stopped before its end: nothing is said')
    return exitCodes.no
  }
}

const replayed = async (input: CommandInput, options: ReplayCommandOptions): Promise<ReplayReport> => {
  const { output, cwd, signal } = input
  const budgets = {
    appeared: budgetOf(options.budget, '--budget'),
    changed: options.budgetChanged === undefined ? null : budgetOf(options.budgetChanged, '--budget-changed'),
  }
  const workers = workersOf(options.workers)
  await using archive = await archiveOf(input, options)
  const { config, file } = archive
  const job = { cwd, config, context: archive.context, candidate: options.candidate ?? null, basis: options.reads, file }
  // Loaded here first: what is wrong with it is said once, and not by every thread.
  const context = await contextOf(job)
  const startedMs = performance.now()
  const { header, tally, candidateVersion } = await replayFile({
    job,
    workers,
    stallMs: context.limits.timeoutMs + stallMs,
    signal,
    onProgress: ({ decisions, share }) => output.progress(`replaying · ${grouped(decisions)} decisions · ${Math.floor(100 * share)} %`),
  })
  const tookMs = performance.now() - startedMs
  if (archive.store !== null && options.reads === 'as-of' && tally.missed.has('unrecorded-read')) {
    const onReplayed = (done: number): void => output.progress(`reading what was not recorded from the store · ${grouped(done)} decisions`)
    await replayUnrecorded({ context, store: archive.store, source: header.source, tally, signal, onReplayed })
  }
  return replayReport({ header, basis: options.reads, replayed: candidateVersion, tally, budgets, tookMs })
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
  /** Where it was read from; null for a file. */
  readonly store: Store | null
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
  using archive = openArchive(file)
  const { context } = readArchiveHeader(archive.header().text, file)
  if (asked !== undefined && asked !== context) {
    throw new BanyanError('usage', `the archive holds decisions of ${context}, not of ${asked}`, {
      where: file,
      hint: 'leave --context out',
    })
  }
  return { file, context, config: input.config, store: null, [Symbol.asyncDispose]: async () => {} }
}

const fromStore = async (input: CommandInput, options: ReplayCommandOptions, folder: string | null): Promise<Archive> => {
  const opened = await openBanyan(input, folder === null ? {} : { store: { folder } })
  const scratch = options.keep === undefined ? await mkdtemp(join(tmpdir(), 'banyan-replay-')) : null
  const release = async (): Promise<void> => {
    await opened[Symbol.asyncDispose]()
    if (scratch !== null) await rm(scratch, { recursive: true, force: true })
  }
  try {
    const context = chosen(opened.config.contexts, options.context)
    const file = scratch === null ? resolve(input.cwd, options.keep ?? '') : join(scratch, `${context.name}.ndjson`)
    await exported(input, opened, context, file)
    if (scratch === null) input.output.note(`archive kept in ${file}`)
    return { file, context: context.name, config: input.config, store: opened.store, [Symbol.asyncDispose]: release }
  } catch (error) {
    await release()
    throw error
  }
}

const exported = async ({ output, signal }: CommandInput, { store, config }: Opened, context: Context, file: string): Promise<void> => {
  await writeArchive(file, archiveLines({ store, context, source: config.source.name }), {
    signal,
    onProgress: (decisions) => output.progress(`reading the archive · ${grouped(decisions)} decisions`),
  })
}

const chosen = (contexts: readonly Context[], asked: string | undefined): Context => {
  const found = asked === undefined && contexts.length === 1 ? contexts[0] : contexts.find(({ name }) => name === asked)
  if (found !== undefined) return found
  throw new BanyanError('usage', asked === undefined ? 'the config has not just one context' : `there is no context ${asked}`, {
    hint: `name one: --context ${contexts.map(({ name }) => name).join(' | ')}`,
  })
}
