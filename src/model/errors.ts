/** Every way in which Banyan can fail. The first word is the part that failed; docs/errors.md explains each. */
export const errorCodes = [
  'config-invalid',
  'config-not-found',
  'usage',
  'source-unreachable',
  'source-refused',
  'source-privilege',
  'source-preflight',
  'source-slot-in-use',
  'source-moved-on',
  'source-slot-lost',
  'source-position-lost',
  'source-publication-changed',
  'source-schema-changed',
  'source-gap-declared',
  'source-undecodable',
  'source-settings',
  'source-epoch-changed',
  'source-spool',
  'sink-unreachable',
  'sink-refused',
  'sink-fenced',
  'sink-topic',
  'sink-record-too-large',
  'sink-position-lost',
  'store-unreachable',
  'store-folder',
  'store-full',
  'store-version',
  'store-stage-taken',
  'store-conflict',
  'rule-unknown-table',
  'rule-invalid',
  'context-invalid',
  'candidate-shape',
  'masking-invalid',
  'masking-changed',
  'filter-invalid',
  'value-unsupported',
  'fixture-invalid',
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]

export interface BanyanErrorDetails {
  /** What the reader can do about it, as a sentence. */
  readonly hint: string
  /** The table, file, option or server concerned. Never a secret. */
  readonly where?: string
  /** True when trying the same again later may succeed. */
  readonly retryable?: boolean
  readonly cause?: unknown
}

/** A failure: unreachable, undecodable, misused. Answers (a divergence, a closed gate, a failing candidate) are values instead. */
export class BanyanError extends Error {
  override readonly name = 'BanyanError'
  readonly code: ErrorCode
  readonly hint: string
  readonly where: string | null
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, details: BanyanErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.hint = details.hint
    this.where = details.where ?? null
    this.retryable = details.retryable ?? false
  }
}
