import type { Connection } from 'mysql2'
import type { ErrorCode } from '../../src/model/errors.ts'
import type { PreflightCheck } from '../../src/ports/change-source.ts'
import type { CatalogueTable } from './catalogue.ts'
import type { CharsetFacts } from './charset.ts'
import type { Settings } from './options.ts'
import type { Server } from './server.ts'

/** A check with the error that a refusal becomes when a reader is started all the same. */
export interface Finding extends PreflightCheck {
  readonly code: ErrorCode
}

/** What the checks look at. */
export interface PreflightFacts {
  readonly connection: Connection
  readonly settings: Settings
  readonly server: Server
  readonly tables: readonly CatalogueTable[]
  readonly charsets: CharsetFacts
}

export const finding = (
  name: string,
  verdict: Finding['verdict'],
  found: string,
  mend: string | null = null,
  code: ErrorCode = 'source-preflight',
): Finding => ({ name, verdict, found, mend, code })
