// The offline dual run as a library: `banyan/offline`.

export { deliveries } from '../adapters/fixture/deliveries.ts'
export { fileSpool } from '../adapters/fixture/decision-spool.ts'
export { offlineRun } from './pipeline/offline.ts'
export { deliveriesOf } from './pipeline/offline/memory-deliveries.ts'

export type { OfflineOptions, OfflineProgress, OfflineResult } from './pipeline/offline.ts'
export type { DeliveredFeed, DeliveryLine, DeliverySource } from './ports/delivery-source.ts'
export type { DecisionSpool } from './ports/decision-spool.ts'
