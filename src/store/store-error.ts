import { BanyanError } from '../model/errors.ts'

interface Coded {
  readonly code?: unknown
  readonly message?: unknown
  readonly cause?: unknown
}

const gone = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  '57P01',
  '57P02',
  '57P03',
  '53300',
])
const refused = new Set(['28000', '28P01', '3D000', '42501', '3F000'])
const full = new Set(['53100', 'ENOSPC', 'EDQUOT'])
const conflict = new Set(['23505', '40001', '40P01'])

/** The failure behind an error of the driver. Only its code and message go on: details hold rows, queries hold data. */
export const storeError = (error: unknown, where: string): BanyanError => {
  if (error instanceof BanyanError) return error
  const { code, message } = root(error)
  const words = code === '' ? message : `${message} (${code})`
  if (full.has(code)) {
    return new BanyanError('store-full', 'there is no space left for the store', {
      hint: 'free some disk space, then run again',
      where,
      retryable: true,
    })
  }
  if (refused.has(code)) {
    return new BanyanError('store-unreachable', `the store refuses us: ${words}`, {
      hint: 'check user, password, database and rights of the store url',
      where,
    })
  }
  if (
    gone.has(code) ||
    code.startsWith('08') ||
    /Connection terminated|connection error|not queryable|timeout exceeded when trying to connect|^timeout expired$/i.test(message)
  ) {
    return new BanyanError('store-unreachable', `the store is gone: ${words}`, {
      hint: 'start again: nothing that was committed is lost',
      where,
      retryable: true,
    })
  }
  if (conflict.has(code)) {
    return new BanyanError('store-conflict', `someone else wrote the same to the store: ${words}`, {
      hint: 'make sure that only one run works on this store, then start again',
      where,
      retryable: true,
    })
  }
  return new BanyanError('internal', `the store failed: ${words}`, {
    hint: 'please report this',
    where,
    ...(code === '' ? { cause: error } : {}),
  })
}

/** Drizzle wraps the driver's error and puts query and data into the message. */
const root = (error: unknown): { readonly code: string; readonly message: string } => {
  let found = error as Coded | null
  while (found?.cause instanceof Error) found = found.cause as Coded
  // A connect that failed on all addresses has its reasons in `errors`.
  const first = (found as { readonly errors?: readonly Coded[] } | null)?.errors?.[0]
  const { code, message } = { ...first, code: first?.code ?? found?.code, message: first?.message ?? found?.message }
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : String(error) }
}
