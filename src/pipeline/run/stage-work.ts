import type { BanyanError } from '../../model/errors.ts'
import { classifyStage } from '../../ports/classify-store.ts'
import { pairStage } from '../../ports/pair-store.ts'
import { publishStage } from '../../ports/publish-store.ts'
import { shadowStage } from '../../ports/shadow-store.ts'
import { classifyContext } from '../classify.ts'
import { pairContext } from '../pair.ts'
import { publishStream } from '../publish.ts'
import type { RunOptions } from './options.ts'
import { shadowContext } from '../shadow.ts'
import { sourceClock } from '../source-time.ts'
import type { StageName } from '../stage-names.ts'
import { storedChanges } from '../stored-changes.ts'
import type { Progress } from './progress.ts'

/** Something that follows the input to its end, under a claim. */
export interface Work<T> {
  readonly kind: StageName
  readonly claim: string
  /** Goes on from what is durable, whoever did it. */
  readonly work: (signal: AbortSignal) => Promise<T>
}

export const contextWork = ({ config, store }: RunOptions, progress: Progress): readonly Work<void>[] => {
  const clock = sourceClock(config.time)
  return config.contexts.flatMap((context): Work<void>[] => {
    const common = { context, store, source: config.source.name }
    return [
      {
        kind: 'shadow',
        claim: shadowStage(context.name),
        work: (signal) => shadowContext({ ...common, signal, clock, onDecided: progress.shadowed }),
      },
      {
        kind: 'pair',
        claim: pairStage(context.name),
        work: (signal) => pairContext({ ...common, signal, onSettled: progress.settled }),
      },
      {
        kind: 'classify',
        claim: classifyStage(context.name),
        work: (signal) => classifyContext({ ...common, signal, onClassified: progress.classified }),
      },
    ]
  })
}

/** One stage a stream: a topic that is broken holds up no other. */
export const publishWork = ({ config, store, onNotice }: RunOptions, { published }: Progress): readonly Work<BanyanError | null>[] => {
  const { publish: sink, source } = config
  if (sink === undefined) return []
  const common = { sink, store, source: source.name, onPublished: published, onNotice: onNotice ?? (() => undefined) }
  return sink.streams.map((stream) => ({
    kind: 'publish',
    claim: publishStage(sink.name, stream),
    work: (signal) => publishStream({ ...common, stream, signal }),
  }))
}

/** What is captured goes to the emitter from the store: the source has one reader, and capture waits for nobody. */
export const emitWork = (
  { config, store, emit: isEmitting = false, onNotice }: RunOptions,
  { emitted }: Progress,
): readonly Work<unknown>[] => {
  const { emit, source } = config
  if (!isEmitting || emit === undefined) return []
  const from = storedChanges({ store, source })
  const common = {
    from,
    onProgress: ({ changes }: { readonly changes: number }) => emitted(changes),
    onNotice: onNotice ?? (() => undefined),
  }
  return [{ kind: 'emit', claim: `emit ${emit.form} ${source.name}`, work: (signal) => emit.emit({ ...common, signal }) }]
}
