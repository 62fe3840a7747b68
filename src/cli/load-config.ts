import { existsSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BanyanError } from '../model/errors.ts'
import type { CheckedConfig } from './check-config.ts'
import { checkConfig } from './check-config.ts'

export interface LoadedConfig extends CheckedConfig {
  readonly file: string
  readonly folder: string
}

const defaultNames = ['banyan.config.ts', 'banyan.config.mts', 'banyan.config.js', 'banyan.config.mjs']

/**
 * Loads and checks a config file as it is: TypeScript by Node's own type stripping.
 *
 * @throws BanyanError config-not-found, or config-invalid with the file and, where Node knows it, the line.
 */
export const loadConfig = async (options: { readonly cwd: string; readonly path: string | null }): Promise<LoadedConfig> => {
  const file = findConfig(options)
  const module = await importConfig(file)
  if (module['default'] === undefined) {
    throw new BanyanError('config-invalid', 'the config has no default export', {
      where: file,
      hint: 'write `export default defineConfig({ … })`',
    })
  }
  return { ...checkConfig(module['default'], file), file, folder: dirname(file) }
}

const findConfig = ({ cwd, path }: { readonly cwd: string; readonly path: string | null }): string => {
  const candidates = (path === null ? defaultNames : [path]).map((name) => resolve(cwd, name))
  const found = candidates.find((candidate) => existsSync(candidate))
  if (found !== undefined) return found
  throw new BanyanError('config-not-found', path === null ? `there is no ${defaultNames[0]} here` : `there is no file ${path}`, {
    where: candidates[0] ?? cwd,
    hint: 'go to the folder of your config, or name the file: --config path/to/banyan.config.ts',
  })
}

const importConfig = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>
  } catch (cause) {
    if (cause instanceof BanyanError) {
      throw cause.where === null
        ? new BanyanError(cause.code, cause.message, { hint: cause.hint, retryable: cause.retryable, where: placeIn(cause, file), cause })
        : cause
    }
    throw new BanyanError('config-invalid', cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause), {
      where: cause instanceof Error ? placeIn(cause, file) : file,
      hint: hintFor(cause),
      cause,
    })
  }
}

/** Banyan's own code: the package's folder in a checkout, its `dist` when installed. */
const ownFolders = ['src', 'rules', 'adapters', 'reports'].map((name) => `${resolve(import.meta.dirname, '../..', name)}${sep}`)

/** `file:line` of the first frame in the reader's own code; the config's name alone where Node does not say. */
const placeIn = (error: Error, file: string): string => {
  for (const [, path, line] of (error.stack ?? '').matchAll(/(?:file:\/\/)?(\/[^\s():]+\.[cm]?[jt]s):(\d+)/g)) {
    if (path === undefined || path.includes('node_modules') || ownFolders.some((folder) => path.startsWith(folder))) continue
    return `${decodeURI(path)}:${line}`
  }
  return file
}

const hintFor = (cause: unknown): string => {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  if (code === 'ERR_MODULE_NOT_FOUND')
    return 'install the package with npm, or mend the path; relative imports need their extension, e.g. ./rules.ts'
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return 'use only TypeScript that can be erased: no enum, no namespace, no parameter property'
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') return 'Banyan needs Node 22.22 or newer to load TypeScript'
  return cause instanceof SyntaxError ? 'mend the syntax at that line' : 'the config threw while it was loaded: mend it at that line'
}
