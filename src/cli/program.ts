import { Command as Commander, CommanderError, Option } from 'commander'
import { BanyanError } from '../model/errors.ts'
import type { Command } from './command.ts'
import type { ExitCode } from './exit.ts'
import { exitCodeOf, exitCodes } from './exit.ts'
import type { Terminal } from './output.ts'
import { createOutput } from './output.ts'

export interface ProgramInput {
  readonly args: readonly string[]
  readonly terminal: Terminal
  readonly cwd: string
  readonly version: string
  readonly signal: AbortSignal
}

/** Runs one command line. Never throws: whatever happens is said on the terminal, and in the exit code. */
export const runProgram = async (input: ProgramInput): Promise<ExitCode> => {
  const output = createOutput(input.terminal, { json: input.args.includes('--json') })
  let exit: ExitCode = exitCodes.yes
  const program = buildProgram(input, async (command, config, options) => {
    exit = await command({ output, cwd: input.cwd, config: config ?? null, signal: input.signal }, options)
  })
  try {
    await program.parseAsync([...input.args], { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.yes
    // No command at all: the help has been printed.
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.usage
    const failure = error instanceof CommanderError ? usageError(error) : error
    output.failure(failure)
    return exitCodeOf(failure)
  }
}

const usageError = (error: CommanderError): BanyanError => {
  const [what = '', ...suggestion] = error.message.replace(/^error: /, '').split('\n')
  const hint = suggestion.join(' ').replace(/^\((.*)\)$/, '$1')
  return new BanyanError('usage', what, { hint: hint === '' ? 'banyan --help says what there is' : hint, cause: error })
}

type Start = (command: Command<never>, config: string | undefined, options: never) => Promise<void>

const description = `Run the new logic beside the legacy, explain every disagreement, and hand over when it is proved.`

const after = `
Exit codes: 0 yes, 1 the answer is no, 2 wrong usage, 3 the world is unreachable.
Data goes to stdout, progress to stderr.`

const buildProgram = (input: ProgramInput, start: Start): Commander => {
  const program = new Commander('banyan')
    .description(description)
    .version(input.version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: input.terminal.stdout, writeErr: input.terminal.stderr, outputError: () => undefined })
    .addHelpText('after', after)
  for (const entry of commands) addCommand(program, entry, start)
  return program
}

interface Entry {
  readonly usage: string
  readonly says: string
  readonly options?: readonly Option[]
  readonly load: () => Promise<Command<never>>
}

/** Each command is loaded when it is called: `banyan --help` loads no driver. */
const commands: readonly Entry[] = [
  {
    usage: 'doctor',
    says: 'can Banyan read the legacy, and would that hurt it?',
    options: [
      new Option('--script', 'print what mends it as one SQL script, for who administers the legacy'),
      new Option(
        '--outage <duration>',
        'the longest time for which Banyan may be down: what the server keeps of its log must last (default: 8 h)',
      ),
      new Option('--watch <duration>', 'how long to watch what the legacy writes; 0: not at all (default: 2 s)'),
    ],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    usage: 'run',
    says: 'capture, shadow, compare and classify, until stopped',
    options: [
      new Option('--once', 'end when everything that is committed now is done'),
      new Option('--stages <names>', 'which stages this process does, others elsewhere: capture, shadow, pair, … (default: all)'),
      new Option('--emit <form>', 'write what is captured to the topics that the config names, too').choices(['debezium']),
    ],
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    usage: 'night',
    says: 'the report: what differed, and why',
    options: [
      new Option('-f, --format <format>', 'how it is told')
        .choices(['terminal', 'html', 'markdown', 'json', 'junit', 'csv'])
        .default('terminal'),
      new Option('-o, --out <file>', 'write it to a file and print its path'),
    ],
    load: async () => (await import('./commands/night.ts')).night,
  },
  {
    usage: 'offline',
    says: 'the whole dual run over recordings, without a legacy and without a store',
    options: [
      new Option('-t, --transactions <file>', 'recorded transactions (default: the recording that is the source of the config)'),
      new Option('-d, --deliveries <file>', 'what had reached the stores of the candidate when, and when it decided'),
      new Option('-o, --out <folder>', 'write all reports, verdicts and rules into a folder'),
    ],
    load: async () => (await import('./commands/offline.ts')).offline,
  },
  {
    usage: 'export',
    says: 'write what a live run captured and saw as recordings, for banyan offline',
    options: [
      new Option('-o, --out <folder>', 'where the two files go').makeOptionMandatory(),
      new Option('--no-answers', 'leave out the answers of the candidate: it will be asked anew'),
    ],
    load: async () => (await import('./commands/export.ts')).exportRecording,
  },
  {
    usage: 'events',
    says: 'the business events that others may subscribe to, and what they are promised',
    options: [
      new Option('--lint', 'are they facts, and is what was released still kept? exit 1 when not'),
      new Option('--asyncapi', 'print the catalogue as an AsyncAPI 3.0 document').conflicts('lint'),
      new Option('--release', 'write the catalogue that later ones are compared with').conflicts(['lint', 'asyncapi']),
    ],
    load: async () => (await import('./commands/events.ts')).events,
  },
  {
    usage: 'gate [context]',
    says: 'is it safe to hand over? exit 1 when not',
    load: async () => (await import('./commands/gate.ts')).gate,
  },
  {
    usage: 'journey <key>',
    says: 'where one key stands, and how it got there',
    load: async () => (await import('./commands/journey.ts')).journey,
  },
  {
    usage: 'replay',
    says: 'every recorded decision again, with another candidate; exit 1 when more changes than allowed',
    options: [
      new Option('--archive <place>', 'an archive file, a store folder or a config (default: the store of the config)'),
      new Option('--candidate <place>', 'a module or the URL of a service (default: the candidate of the config)'),
      new Option('--context <name>', 'the decision, where the config has several'),
      new Option('--reads <which>', 'replay on the reads just before the legacy’s commit, or on the live ones')
        .choices(['as-of', 'live'])
        .default('as-of'),
      new Option('--budget <limit>', 'new divergences that are allowed: 0.1% or a number').default('0'),
      new Option('--budget-changed <limit>', 'changed answers that are allowed (default: no limit)'),
      new Option('--workers <number>', 'threads (default: one a core)'),
      new Option('--keep <file>', 'keep the archive that is read from the store'),
    ],
    load: async () => (await import('./commands/replay.ts')).replay,
  },
  {
    usage: 'snapshot <tables...>',
    says: 'read tables again, while the log is followed',
    load: async () => (await import('./commands/snapshot.ts')).snapshot,
  },
  {
    usage: 'dead-letters',
    says: 'what could not be processed, where, and why; exit 1 when there is anything',
    load: async () => (await import('./commands/dead-letters.ts')).deadLetters,
  },
  {
    usage: 'status',
    says: 'how far each stage is',
    load: async () => (await import('./commands/status.ts')).status,
  },
]

const addCommand = (program: Commander, entry: Entry, start: Start): void => {
  const command = program
    .command(entry.usage)
    .description(entry.says)
    .option('-c, --config <file>', 'the config (default: banyan.config.ts in this folder)')
    .option('--json', 'one JSON value on stdout, failures too')
  for (const option of entry.options ?? []) command.addOption(option)
  command.action(async (...args: unknown[]) => {
    const names = command.registeredArguments.map((argument) => argument.name())
    const options = command.opts<{ readonly config?: string }>()
    const given = Object.fromEntries(names.map((name, index) => [name, args[index]]))
    await start(await entry.load(), options.config, { ...options, ...given } as never)
  })
}
