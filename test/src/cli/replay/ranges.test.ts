import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openArchive, rangesOf } from '../../../../src/cli/replay/ranges.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'banyan-ranges-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const written = (text: string): string => {
  const file = join(folder, 'archive.ndjson')
  writeFileSync(file, text)
  return file
}

it('every line belongs to just one range, wherever the file is cut', () => {
  const lines = fc.array(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map((text) => text.replaceAll('\n', ' ')),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(lines, fc.array(fc.nat(400), { maxLength: 12 }), fc.boolean(), (texts, cuts, isEnded) => {
      const text = `${texts.join('\n')}${isEnded ? '\n' : ''}`
      const size = Buffer.byteLength(text)
      using archive = openArchive(written(text))
      const ends = [...new Set([0, ...cuts.filter((cut) => cut < size), size])].sort((a, b) => a - b)
      const found = ends.slice(1).flatMap((to, index) => [...archive.lines({ from: ends[index] ?? 0, to })].map((line) => line.text))
      expect(found).toEqual(texts)
    }),
  )
})

it('lines far longer than a block are read whole', () => {
  const long = 'x'.repeat(5_000_000)
  using archive = openArchive(written(`header\n${long}\nshort\n`))
  expect(archive.header()).toEqual({ text: 'header', next: 7 })
  const [first, second, ...none] = [...archive.lines({ from: 7, to: 5_000_020 })]
  expect([first?.text.length, first?.at, second?.text, none]).toEqual([5_000_000, 7, 'short', []])
})

it('ranges cover what is behind the header, without a gap', () => {
  const ranges = rangesOf(100 << 20, 50, 2)
  expect(ranges[0]?.from).toBe(50)
  expect(ranges.at(-1)?.to).toBe(100 << 20)
  for (const [index, range] of ranges.entries()) expect(range.to).toBe(ranges[index + 1]?.from ?? 100 << 20)
  expect(rangesOf(50, 50, 2)).toEqual([])
})

it('a file that is not there is an error with its place', () => {
  expect(() => openArchive(join(folder, 'nowhere'))).toThrow(
    expect.objectContaining({ code: 'fixture-invalid', where: join(folder, 'nowhere') }),
  )
})
