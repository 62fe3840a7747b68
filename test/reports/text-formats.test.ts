import { describe, expect, test } from 'vitest'
import { decode } from '../../src/model/canonical.ts'
import { csv, html, json, junit, markdown, terminal } from '../../reports/index.ts'
import { markupFaults } from './markup-balance.ts'
import { emptyNight, hugeNight, sampleNight } from './sample-night.ts'

describe('json', () => {
  test('gives the night back, exact values too', () => {
    expect(decode(json(sampleNight))).toEqual(sampleNight)
  })

  test('does not depend on the order of the keys', () => {
    const { title, ...rest } = sampleNight
    expect(json({ title, ...rest })).toBe(json({ ...rest, title }))
  })
})

describe('terminal', () => {
  const nights = [
    sampleNight,
    emptyNight,
    hugeNight,
    { ...sampleNight, contexts: Array.from({ length: 60 }, () => sampleNight.contexts).flat() },
  ]

  test.each([40, 80, 100, 120, 400])('fits %d columns, between 80 and 120, and 40 lines', (width) => {
    for (const night of nights) {
      const lines = terminal(night, { width }).split('\n')
      expect(lines.length).toBeLessThanOrEqual(41)
      expect(lines.at(-1)).toBe('')
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.min(120, Math.max(80, width)))
    }
  })

  test('paints only when asked, and then the same text', () => {
    const plain = terminal(sampleNight)
    const painted = terminal(sampleNight, { colour: true })
    expect(plain).not.toContain('\u001b')
    expect(painted).toContain('\u001b[31mNOT READY')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences are the point
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(plain)
  })

  test('tells of the verdict, the account and every cause', () => {
    const told = terminal({ ...sampleNight, contexts: sampleNight.contexts.slice(0, 1) })
    for (const part of [
      'NOT READY',
      'remainder 0',
      'Timing',
      'Stale data',
      'Hidden rule',
      'Defect',
      'Legacy defect',
      'Several causes',
      'Unresolved',
    ]) {
      expect(told).toContain(part)
    }
  })
})

describe('junit', () => {
  test('is well formed, with counts that are true', () => {
    for (const night of [sampleNight, emptyNight]) {
      const xml = junit(night)
      expect(markupFaults(xml)).toEqual([])
      const [, tests, failures, skipped] = /<testsuites [^>]*tests="(\d+)" failures="(\d+)" skipped="(\d+)"/.exec(xml) ?? []
      expect(xml.match(/<testcase /g)?.length ?? 0).toBe(Number(tests))
      expect(xml.match(/<failure /g)?.length ?? 0).toBe(Number(failures))
      expect(xml.match(/<skipped /g)?.length ?? 0).toBe(Number(skipped))
    }
  })
})

describe('csv', () => {
  const rows = csv(sampleNight).split('\r\n').slice(0, -1).map(cells)

  test('has as many cells in every line as in the first', () => {
    expect(rows).toHaveLength(1 + 7)
    for (const row of rows) expect(row).toHaveLength(rows[0]?.length ?? 0)
  })

  test('holds no cell that a spreadsheet would calculate', () => {
    expect(rows.flat().filter((cell) => /^\s*[=+\-@\t\r]/.test(cell))).toEqual([])
    expect(rows.flat().filter((cell) => cell.startsWith("'="))).not.toEqual([])
  })
})

/** Cells of one RFC 4180 line without line breaks inside. */
const cells = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')

describe('markdown', () => {
  test('gives each row of a table as many cells as its head', () => {
    for (const block of markdown(sampleNight)
      .split('\n\n')
      .filter((part) => part.startsWith('|'))) {
      const widths = block.split('\n').map((row) => row.replaceAll('\\|', '').split('|').length)
      expect(new Set(widths).size).toBe(1)
    }
  })

  test('lets no tag of the data through', () => {
    const outsideCode = markdown(sampleNight).replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '')
    expect(outsideCode).not.toMatch(/<[a-z/!]/i)
    expect(outsideCode).not.toMatch(/[^\\]\]\(|https?:\/\//)
  })

  test('of a huge night stays short', () => {
    expect(markdown(hugeNight).length).toBeLessThan(60_000)
  })
})

describe('changes of the schema', () => {
  const change = {
    ...{ at: '2026-03-01T12:00:00.000Z', table: 'ord_hdr', words: 'column ord_hdr.sts_cd was dropped', usedBy: ['rule order.placed'] },
    ...{ decision: 'told' as const, fingerprint: 'ord_hdr:1' },
  }
  const changed = { ...sampleNight, source: { ...sampleNight.source, schemaChanges: [change, { ...change, words: 'another <b>' }] } }

  test('are told in every report for people, with who looks at them', () => {
    for (const text of [markdown(changed), html(changed)]) {
      expect(text).toContain('Changes of the')
      expect(text).toContain('column ord\\_hdr.sts\\_cd was dropped'.replaceAll('\\', text.startsWith('#') ? '\\' : ''))
      expect(text).toContain('rule order.placed')
      expect(text).not.toContain('<b>another')
    }
    expect(terminal(changed)).toContain('Schema change: another <b> (and 1 other schema change)')
    expect(terminal(changed).split('\n').length).toBeLessThanOrEqual(41)
    expect(markupFaults(html(changed))).toEqual([])
  })

  test('that capture waits for go before all others', () => {
    const paused = { ...changed, source: { ...changed.source, schemaChanges: [{ ...change, decision: 'paused' as const }, change] } }
    expect(terminal(paused)).toContain('CAPTURE WAITS since 2026-03-01T12:00:00.000Z: column ord_hdr.sts_cd was dropped')
  })
})
