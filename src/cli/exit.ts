import type { ErrorCode } from '../model/errors.ts'
import { BanyanError } from '../model/errors.ts'

/** What a command's exit says. `no`: it worked, and the answer is no (gate closed, preflight refuses, unknown key). */
export const exitCodes = { yes: 0, no: 1, usage: 2, unreachable: 3 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const { usage, unreachable } = exitCodes

/** `usage`: the reader must change the command, the config or the code. `unreachable`: the world outside must change. */
const exitByCode: Readonly<Record<ErrorCode, ExitCode>> = {
  'config-invalid': usage,
  'config-not-found': usage,
  usage,
  'source-unreachable': unreachable,
  'source-refused': unreachable,
  'source-privilege': unreachable,
  'source-preflight': unreachable,
  'source-slot-in-use': unreachable,
  'source-slot-lost': unreachable,
  'source-position-lost': unreachable,
  'source-undecodable': unreachable,
  'source-epoch-changed': unreachable,
  'store-unreachable': unreachable,
  'store-folder': unreachable,
  'store-full': unreachable,
  'store-version': unreachable,
  'store-stage-taken': unreachable,
  'store-conflict': unreachable,
  'rule-unknown-table': usage,
  'rule-invalid': usage,
  'context-invalid': usage,
  'candidate-shape': usage,
  'value-unsupported': usage,
  'fixture-invalid': usage,
  internal: unreachable,
}

/** The exit of a command that failed. */
export const exitCodeOf = (error: unknown): ExitCode => (error instanceof BanyanError ? exitByCode[error.code] : unreachable)
