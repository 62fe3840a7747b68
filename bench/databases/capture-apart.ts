import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeOptions } from '../node-options.ts'
import { BanyanError } from '../../src/model/errors.ts'
import type { SourceOrder, Sourced } from './source-process.ts'

/** A capturing process that follows its source until it is ended. */
export interface Following {
  /** Its slot is there, and the first of its snapshot is durable: what commits from now on comes by the log. */
  readonly ready: Promise<void>
  /** Ends it behind everything that is committed now, however far behind it is. */
  readonly end: () => Promise<Sourced>
}

const program = fileURLToPath(new URL('source-process.ts', import.meta.url))

/** What is installed is JavaScript: the memory that taking the types off needs is not Banyan's. The first process fills it. */
const compiled = { NODE_COMPILE_CACHE: join(tmpdir(), `banyan-compile-cache-${userInfo().uid}`) }

const failed = (code: unknown): BanyanError =>
  new BanyanError('internal', `the capturing process ended with ${String(code)}`, { hint: 'its error is above' })

export const follow = async (order: SourceOrder): Promise<Following> => {
  const child = spawn(process.execPath, [...(await nodeOptions()), program, JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...compiled },
  })
  const killWithUs = (): boolean => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => undefined)
  let last = ''
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    if (line === 'ready') ready.resolve()
    else last = line
  })
  const said = Promise.all([once(lines, 'close'), once(child, 'exit')]).then(([, [code]]) => {
    process.off('exit', killWithUs)
    ready.reject(failed(code))
    if (code !== 0) throw failed(code)
    return JSON.parse(last) as Sourced
  })
  said.catch(() => undefined)
  // It may have ended by itself.
  child.stdin.on('error', () => undefined)
  return {
    ready: ready.promise,
    end: () => {
      child.stdin.end('end\n')
      return said
    },
  }
}

/** Captures in a process of its own what the source has by now. */
export const captureApart = async (order: SourceOrder): Promise<Sourced> => (await follow(order)).end()
