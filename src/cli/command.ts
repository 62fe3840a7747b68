import type { ExitCode } from './exit.ts'
import type { Output } from './output.ts'

/** What every command is given. */
export interface CommandInput {
  readonly output: Output
  readonly cwd: string
  /** `--config`; null: the usual name in the working folder. */
  readonly config: string | null
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
}

/** One file of `commands/` exports one of these. The exit code is its answer; a failure is thrown. */
export type Command<Options = unknown> = (input: CommandInput, options: Options) => Promise<ExitCode>
