import type { ArchiveReader } from './archive-reader.ts'
import type { CaptureStore } from './capture-store.ts'
import type { ChangeLog } from './change-log.ts'
import type { ClaimStore } from './claim-store.ts'
import type { ClassifyStore } from './classify-store.ts'
import type { PairStore } from './pair-store.ts'
import type { PublishStore } from './publish-store.ts'
import type { ShadowStore } from './shadow-store.ts'

/**
 * Banyan's own durable memory. Every `commit…` is one transaction: the batch and the stage's cursor together.
 * A commit whose `expected` cursor is not the stored one throws store-stage-taken: someone else runs this stage.
 */
export interface Store
  extends CaptureStore,
    ChangeLog,
    ShadowStore,
    PairStore,
    ClassifyStore,
    PublishStore,
    ClaimStore,
    ArchiveReader,
    AsyncDisposable {}
