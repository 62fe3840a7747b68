import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { BanyanError } from '../../src/model/errors.ts'
import type { SourceOrder, Sourced } from './source-process.ts'

/** A capturing process that follows its source until it is ended. */
export interface Following {
  readonly end: () => Promise<Sourced>
}

const program = fileURLToPath(new URL('source-process.ts', import.meta.url))

/** The options that the command line gives to Node, so that the process measured is the one that runs. */
const nodeOptions = async (): Promise<readonly string[]> => {
  const [shebang = ''] = (await readFile(new URL('../../src/cli/main.ts', import.meta.url), 'utf8')).split('\n')
  return shebang.split(' ').filter((word) => word.startsWith('--'))
}

export const follow = async (order: SourceOrder): Promise<Following> => {
  const child = spawn(process.execPath, [...(await nodeOptions()), program, JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const said = Promise.all([text(child.stdout), once(child, 'exit')]).then(([output, [code]]) => {
    if (code === 0) return JSON.parse(output) as Sourced
    throw new BanyanError('internal', `the capturing process ended with ${String(code)}`, { hint: 'its error is above' })
  })
  said.catch(() => undefined)
  return {
    end: () => {
      child.stdin.end('end\n')
      return said
    },
  }
}

/** Captures in a process of its own what the source has by now. */
export const captureApart = async (order: SourceOrder): Promise<Sourced> => (await follow(order)).end()
