import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import process from 'node:process'

const main = resolve(import.meta.dirname, '../../../../src/cli/main.ts')

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** One `banyan` as a user starts it: a process of its own. */
export interface BanyanProcess {
  readonly ended: Promise<Ended>
  /** It has told its first progress, or ended: before that a signal meets Node, not Banyan. */
  readonly begun: Promise<unknown>
  /** Ends with the process. */
  readonly signal: (name: 'SIGKILL' | 'SIGINT') => Promise<Ended>
}

export const startBanyan = (
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): BanyanProcess => {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += String(chunk)))
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + String(chunk)).slice(-4_000)))
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, stdout, stderr }))
  return {
    ended,
    begun: Promise.race([once(child.stderr, 'data'), ended]),
    signal: (name) => {
      child.kill(name)
      return ended
    },
  }
}
