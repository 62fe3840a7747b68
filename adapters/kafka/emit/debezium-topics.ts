import type { ChangeEmitter } from '../../../src/ports/change-emitter.ts'
import type { EmitTarget } from './emit-debezium.ts'
import { emit } from './emit-debezium.ts'
import { emitSettings } from './emit-settings.ts'

/**
 * For `emit` of the config: what a run captures goes to topics in Debezium's envelopes, for `banyan run --emit debezium`.
 *
 * @throws BanyanError config-invalid for a property of the connector that cannot be used.
 */
export const debeziumTopics = (target: EmitTarget): ChangeEmitter => {
  emitSettings(target.connector, target.schema)
  return { form: 'debezium', emit: (run) => emit({ ...target, ...run }) }
}
