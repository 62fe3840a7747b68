import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { BanyanError } from '../../src/model/errors.ts'

export interface Running {
  readonly child: ChildProcess
  /** What it printed, once it has ended. */
  readonly said: Promise<string>
}

const pathOf = (place: string): string => fileURLToPath(new URL(place, import.meta.url))

/** Starts a program of this folder with its order as the only argument. */
export const start = (program: string, order: object): Running => launch([pathOf(program), JSON.stringify(order)], {})

/** Starts `banyan run` as anybody would, with the story's config and a private store in the folder. */
export const startBanyan = async (folder: string, environment: Readonly<Record<string, string>>): Promise<Running> => {
  const story = pathToFileURL(pathOf('../../fixtures/order-management/banyan.config.ts'))
  const config = join(folder, 'banyan.config.ts')
  await writeFile(config, `export { default } from ${JSON.stringify(story.href)}\n`)
  return launch([pathOf('../../src/cli/main.ts'), 'run', '--json', '--config', config], environment)
}

const launch = (args: readonly string[], environment: Readonly<Record<string, string>>): Running => {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...environment },
  })
  const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(([output, words, [code]]) => {
    if (code !== 0)
      throw new BanyanError('internal', `${args[0] ?? ''} ended with ${String(code)}`, {
        hint: `${output.slice(-500)} ${words.slice(-500)}`,
      })
    return output
  })
  said.catch(() => undefined)
  return { child, said }
}
