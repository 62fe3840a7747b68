import type { ErrorCode } from '../model/errors.ts'
import { BanyanError } from '../model/errors.ts'

/** What a command's exit says. `no`: it worked, and the answer is no (gate closed, preflight refuses, unknown key). */
export const exitCodes = { yes: 0, no: 1, usage: 2, unreachable: 3 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** First word of an error code. */
type Part = ErrorCode extends infer Code ? (Code extends `${infer First}-${string}` ? First : Code) : never

/** `usage`: the reader must change the command, the config or the code. `unreachable`: the world outside must change. */
const exitByPart: Readonly<Record<Part, ExitCode>> = {
  usage: exitCodes.usage,
  config: exitCodes.usage,
  rule: exitCodes.usage,
  context: exitCodes.usage,
  candidate: exitCodes.usage,
  masking: exitCodes.usage,
  filter: exitCodes.usage,
  value: exitCodes.usage,
  fixture: exitCodes.usage,
  source: exitCodes.unreachable,
  sink: exitCodes.unreachable,
  store: exitCodes.unreachable,
  internal: exitCodes.unreachable,
}

/** The exit of a command that failed. */
export const exitCodeOf = (error: unknown): ExitCode =>
  error instanceof BanyanError ? exitByPart[error.code.split('-')[0] as Part] : exitCodes.unreachable
