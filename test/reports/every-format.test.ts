import { describe, expect, test } from 'vitest'
import type { ReportFormat } from '../../reports/index.ts'
import { formats } from '../../reports/index.ts'
import { emptyNight, sampleNight } from './sample-night.ts'

const names = Object.keys(formats) as ReportFormat[]
const files: Readonly<Record<ReportFormat, string>> = {
  html: 'night.html',
  markdown: 'night.md',
  json: 'night.json',
  terminal: 'night.txt',
  junit: 'night.xml',
  csv: 'night.csv',
}

describe.each(names)('%s', (name) => {
  const format = formats[name]

  test('of the sample night is the golden file', async () => {
    await expect(format(sampleNight)).toMatchFileSnapshot(`golden/${files[name]}`)
  })

  test('is the same text for the same night', () => {
    expect(format(structuredClone(sampleNight))).toBe(format(sampleNight))
  })

  test.each([
    ['sample', sampleNight],
    ['empty', emptyNight],
    ['contextless', { ...emptyNight, contexts: [] }],
  ])('of a %s night holds no gap where a value should stand', (_, night) => {
    expect(format(night)).not.toMatch(/\bNaN\b|\bundefined\b|\[object |Infinity|Invalid Date/)
  })

  test('lets no control or direction-turning character of the data through', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
    const treacherous = name === 'json' ? /[\u0000-\u0009\u000b-\u001f]/ : /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u202a-\u202e]/
    expect(format(sampleNight)).not.toMatch(treacherous)
  })
})
