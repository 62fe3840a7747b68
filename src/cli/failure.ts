import type { ErrorCode } from '../model/errors.ts'
import { BanyanError } from '../model/errors.ts'

/** A failure as people and machines read it. */
export interface Failure {
  readonly code: ErrorCode
  readonly what: string
  readonly where: string | null
  readonly hint: string
  readonly retryable: boolean
}

/** Passwords in URLs and in libpq settings, wherever a driver or a stack may have put them. */
const hideSecrets = (text: string): string =>
  text.replace(/(\w+:\/\/[^\s:/@]*):[^\s@]*@/g, '$1:***@').replace(/(password\s*[=:]\s*)('[^']*'|"[^"]*"|[^\s,;&]+)/gi, '$1***')

/** Anything thrown, without secrets. What is not a BanyanError is a mistake of Banyan's. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof BanyanError) {
    return {
      code: error.code,
      what: hideSecrets(error.message),
      where: error.where === null ? null : hideSecrets(error.where),
      hint: hideSecrets(error.hint),
      retryable: error.retryable,
    }
  }
  return {
    code: 'internal',
    what: hideSecrets(error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
    where: error instanceof Error ? frameOf(error) : null,
    hint: 'this is a mistake in Banyan: please report it with the output of the same command and BANYAN_DEBUG=1',
    retryable: false,
  }
}

const frameOf = (error: Error): string | null => {
  const frame = error.stack?.split('\n').find((line) => /^\s+at .*:\d+:\d+\)?$/.test(line) && !line.includes('node:'))
  return frame === undefined ? null : hideSecrets(frame.trim().replace(/^at /, ''))
}

/** Three lines: what, where, hint. */
export const failureText = (failure: Failure): string =>
  [
    `error ${failure.code}: ${failure.what}`,
    ...(failure.where === null ? [] : [`where: ${failure.where}`]),
    `hint:  ${failure.hint}${failure.retryable ? ' (trying again later may succeed)' : ''}`,
    '',
  ].join('\n')
