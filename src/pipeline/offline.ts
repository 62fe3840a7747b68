import type { HiddenRule } from '../model/hidden-rule.ts'
import type { EpochMs } from '../model/ids.ts'
import type { Night } from '../model/night.ts'
import type { PairedDecision } from '../model/paired-decision.ts'
import { BanyanError } from '../model/errors.ts'
import type { ChangeSource } from '../ports/change-source.ts'
import type { DecisionSpool } from '../ports/decision-spool.ts'
import type { DeliverySource } from '../ports/delivery-source.ts'
import type { PipelineConfig } from './config.ts'

/** Where an offline run stands. */
export interface OfflineProgress {
  readonly phase: 'reading' | 'mining' | 'telling' | 'done'
  readonly transactions: number
  readonly changes: number
  readonly events: number
  readonly classified: number
  /** How far the legacy's log has been read, in the source's time; null before the first transaction. */
  readonly at: EpochMs | null
}

export interface OfflineOptions {
  /** Its own `source` is not used, and its `time` only where the transactions are not in the source's time yet. */
  readonly config: PipelineConfig
  /** Read from its beginning, more than once, also while another reading is under way. */
  readonly transactions: ChangeSource
  /** Null: every store is filled at once, and the candidate decides when the trigger is captured. */
  readonly deliveries: DeliverySource | null
  readonly signal: AbortSignal
  /** The instant of the report, for `generatedAt`. */
  readonly now: EpochMs
  /** Where classified decisions wait until mining has had its say; default: in memory. One a context. */
  readonly spool?: () => Promise<DecisionSpool>
  readonly onProgress?: (progress: OfflineProgress) => void
  /** Each decision with its final verdict, in as-of order, context by context. */
  readonly onVerdict?: (decision: PairedDecision) => void
}

export interface OfflineResult {
  readonly night: Night
  /** Provisional and confirmed ones, of all contexts. */
  readonly rules: readonly HiddenRule[]
  readonly leads: readonly HiddenRule[]
  /** Decisions with a verdict. */
  readonly decisions: number
}

/**
 * The whole dual run over recordings, in one pass and in memory that does not grow with their length: the same files give the same verdicts.
 *
 * @throws BanyanError fixture-invalid, rule-*, context-invalid; the signal's reason.
 */
export const offlineRun = async (options: OfflineOptions): Promise<OfflineResult> => {
  throw new BanyanError('internal', `the offline run over ${options.transactions.name} is not there yet`, { hint: 'wait for it' })
}
