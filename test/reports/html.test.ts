import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Night } from '../../src/model/night.ts'
import { html } from '../../reports/index.ts'
import { markupFaults } from './markup-balance.ts'
import { hostile } from './sample-cases.ts'
import { emptyNight, hugeNight, sampleNight } from './sample-night.ts'

const told = (night: Night, replace: (text: string) => string): Night =>
  JSON.parse(
    JSON.stringify(night, (key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : typeof value === 'string' && free.has(key) ? replace(value) : value,
    ),
  ) as Night

/** Fields that may hold any text. */
const free = new Set([
  'title',
  'name',
  'words',
  'key',
  'projection',
  'actual',
  'missing',
  'sku',
  'message',
  'fingerprint',
  'candidateVersion',
  'reason',
  'channel',
  'test',
  'rule',
  'feature',
])

describe('the page', () => {
  test.each([
    ['sample', sampleNight],
    ['empty', emptyNight],
    ['contextless', { ...emptyNight, contexts: [] }],
  ])('of a %s night is well formed, and every link leads somewhere', (_, night) => {
    expect(markupFaults(html(night))).toEqual([])
  })

  test('stays well formed whatever the data says', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(hostile, '"><svg onload=x>', "' onclick='x", '&lt;', '<!--', ']]>', '</style><script>', '\ud800', '$&$1'),
    )
    fc.assert(
      fc.property(nasty, (text) => {
        expect(markupFaults(html(told(sampleNight, (before) => `${text}${before}`)))).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  test('runs nothing and loads nothing', () => {
    const page = html(sampleNight)
    const tags = page.match(/<[^>]*>/g) ?? []
    expect(tags.length).toBeGreaterThan(500)
    expect(tags.filter((tag) => /^<(script|img|link|iframe|object|embed|form|base)\b|\s(on[a-z]+|src|style)=/i.test(tag))).toEqual([])
    expect(page.match(/<style>.*?<\/style>/s)?.[0]).not.toMatch(/url\(|@import/)
    expect(page).toContain('default-src &#39;none&#39;')
  })

  test('shows hostile text as text', () => {
    expect(html(sampleNight)).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;')
  })

  test('says the verdict before anything else about a context', () => {
    const page = html(sampleNight)
    expect(page.indexOf('class="word">NOT READY')).toBeGreaterThan(0)
    expect(page.indexOf('class="word">NOT READY')).toBeLessThan(page.indexOf('Account of decisions'))
    expect(page).toContain('class="word">READY')
  })

  test('marks differing fields, and only those', () => {
    const page = html(sampleNight)
    const timing = page.slice(page.indexOf('id="c1-case-1"'), page.indexOf('id="c1-case-2"'))
    expect(timing).toMatch(/<code>node<\/code>.*?<bdi>N001<\/bdi>.*?<mark>.*?<bdi>N002<\/bdi>/s)
    expect(timing.match(/<tr><th scope="row"><code>outcome<\/code>.*?<\/tr>/s)?.[0]).not.toContain('<mark>')
  })

  test('names the read that explains a case, what it saw and how old that was', () => {
    const page = html(sampleNight)
    expect(page).toContain('stock ZD10175/N001')
    expect(page).toContain('1 s 240 ms old')
    expect(page).toContain('2 d 5 h old')
  })

  test('says so when the account does not balance', () => {
    const [context] = sampleNight.contexts
    if (context === undefined) expect.unreachable()
    const unbalanced = { ...sampleNight, contexts: [{ ...context, account: { ...context.account, open: 11 } }] }
    expect(html(unbalanced)).toContain('does not balance')
    expect(html(sampleNight)).not.toContain('does not balance')
  })
})

describe('a huge night', () => {
  const page = html(hugeNight)

  test('stays below 2 MB', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000)
  })

  test('is well formed, and says what it left out', () => {
    expect(markupFaults(page)).toEqual([])
    expect(page).toMatch(/[\d,]+ more examples left out/)
    expect(page).toContain('4,800 more clusters left out')
    expect(page).toMatch(/[\d,]+ more rules left out/)
  })
})
