import { join } from 'node:path'
import type { PipelineConfig } from '../pipeline/config.ts'
import type { Store } from '../ports/store.ts'
import type { CommandInput } from './command.ts'
import type { LoadedConfig } from './load-config.ts'
import { loadConfig } from './load-config.ts'

/** A loaded config with its store open. Disposing closes the store and the source. */
export interface Opened extends AsyncDisposable {
  readonly config: PipelineConfig
  readonly loaded: LoadedConfig
  readonly store: Store
  readonly folder: string
}

/**
 * `givesWay`: with a private store, Banyan runs behind everything else on the machine. `store`: another one than the config's.
 *
 * @throws BanyanError config-*, store-*.
 */
export const openBanyan = async (
  { cwd, config }: Pick<CommandInput, 'cwd' | 'config'>,
  {
    givesWay = false,
    store: named = null,
  }: { readonly givesWay?: boolean; readonly store?: { readonly folder: string; readonly givesWay?: boolean } | null } = {},
): Promise<Opened> => {
  const loaded = await loadConfig({ cwd, path: config })
  const { openStore } = await import('../store/open.ts')
  const place = named ?? loaded.store ?? { folder: join(loaded.folder, '.banyan', 'store') }
  const store = await openStore('folder' in place ? { ...place, givesWay: givesWay && place.givesWay !== false } : place)
  return {
    config: loaded.pipeline,
    loaded,
    store,
    folder: loaded.folder,
    [Symbol.asyncDispose]: async () => {
      await loaded.pipeline.source[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}
