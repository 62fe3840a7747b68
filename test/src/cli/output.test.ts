import { expect, test } from 'vitest'
import type { Output } from '../../../src/cli/output.ts'
import { createOutput } from '../../../src/cli/output.ts'
import { BanyanError } from '../../../src/model/errors.ts'

interface Said {
  readonly output: Output
  readonly stdout: () => string
  readonly stderr: () => string
  readonly tick: (ms: number) => void
}

const speak = (options: { readonly json?: boolean; readonly interactive?: boolean } = {}): Said => {
  const streams = { stdout: '', stderr: '' }
  let now = 0
  const output = createOutput(
    {
      stdout: (text) => (streams.stdout += text),
      stderr: (text) => (streams.stderr += text),
      interactive: options.interactive ?? false,
      debug: false,
    },
    { json: options.json ?? false, now: () => now },
  )
  return { output, stdout: () => streams.stdout, stderr: () => streams.stderr, tick: (ms) => (now += ms) }
}

test('data goes to stdout, progress and notes to stderr', () => {
  const { output, stdout, stderr } = speak()
  output.progress('10 changes')
  output.note('a note')
  output.result({ n: 1 }, 'one')
  expect(stdout()).toBe('one\n')
  expect(stderr()).toBe('10 changes\na note\n')
})

test('under --json stdout holds exactly one JSON line, 64-bit numbers and bytes exact', () => {
  const { output, stdout } = speak({ json: true })
  output.progress('working')
  output.result({ big: 9007199254740993n, bytes: new Uint8Array([1, 255]) }, 'text')
  expect(stdout()).toBe('{"big":"9007199254740993","bytes":"01ff"}\n')
})

test('under --json a failure is JSON on stdout too', () => {
  const { output, stdout, stderr } = speak({ json: true })
  output.failure(new BanyanError('usage', 'what', { hint: 'how' }))
  expect(JSON.parse(stdout())).toEqual({ error: { code: 'usage', what: 'what', where: null, hint: 'how', retryable: false } })
  expect(stderr()).toBe('')
})

test('on a terminal progress replaces its line, and what follows starts a line of its own', () => {
  const { output, stderr } = speak({ interactive: true })
  output.progress('1')
  output.progress('2')
  output.note('done')
  expect(stderr()).toBe('\r\u001b[2K1\r\u001b[2K2\ndone\n')
})

test('without a terminal progress is a line every few seconds, so that a log stays readable', () => {
  const { output, stderr, tick } = speak()
  for (let step = 0; step < 100; step++) {
    output.progress(`${step}`)
    tick(100)
  }
  expect(stderr()).toBe('0\n50\n')
})
