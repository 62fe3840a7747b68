#!/usr/bin/env -S node --max-semi-space-size=8 --no-allocation-site-pretenuring
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import process from 'node:process'

/** The package's own manifest: one folder up from `src` in a checkout, two from `dist/src` when installed. */
const version = (): string => {
  for (const up of ['../..', '../../..']) {
    try {
      const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, up, 'package.json'), 'utf8')) as { readonly version: string }
      return manifest.version
    } catch {}
  }
  return 'unknown'
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The first asks to end in order, the second does not ask.
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  })
}

// A reader that has seen enough, e.g. `banyan night | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3))

// Only now: while the rest is loaded, a signal already finds somebody who ends in order.
const { runProgram } = await import('./program.ts')

const exit = await runProgram({
  args: process.argv.slice(2),
  terminal: {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    interactive: process.stderr.isTTY === true && process.env['CI'] === undefined,
    debug: process.env['BANYAN_DEBUG'] !== undefined,
  },
  cwd: process.cwd(),
  version: version(),
  signal: stop.signal,
})

// A config may hold connections open that only it knows of; when the answer is out, the command is over.
process.stdout.write('', () => process.exit(exit))
