import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskValue } from '../../../src/masking/apply-mask.ts'
import { columnKind } from '../../../src/masking/column-kind.ts'
import { ageBand, derived, firstCharacters, mailDomain } from '../../../src/masking/derivations.ts'
import { permute } from '../../../src/masking/feistel.ts'
import type { Mask } from '../../../src/masking/masks.ts'
import { hashed, keepFormat, redact } from '../../../src/masking/masks.ts'
import { secretOf } from '../../../src/masking/secret.ts'
import { epochMs } from '../../../src/model/ids.ts'
import type { Value } from '../../../src/model/value.ts'

const secret = secretOf('0123456789abcdef0123456789abcdef')
const other = secretOf('0123456789abcdef0123456789abcdeF')
const masked = (mask: Mask, type: string, value: Value, key = secret): Value => maskValue(mask, columnKind(type), key)(value)

describe('keyed hash', () => {
  test('is HMAC-SHA-256: the first 128 bits, under a label of its own', () => {
    // printf '4:hashC1' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    expect(masked(hashed(), 'text', 'C1')).toBe('c8c726ff27f453ad070bb71f8900295d')
  })

  test('the same under one key, another under another', () => {
    for (const [type, value] of [
      ['text', 'ann@x.org'],
      ['integer', 7],
      ['bigint', 7n],
    ] as const) {
      expect(masked(hashed(), type, value)).toBe(masked(hashed(), type, value))
      expect(masked(hashed(), type, value)).not.toBe(value)
      expect(masked(hashed(), type, value)).not.toBe(masked(hashed(), type, value, other))
    }
  })

  test('keeps the type of a value, so that a masked key is a key', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger().filter((n) => Math.abs(n) < 2 ** 52),
        (n) => Number.isSafeInteger(masked(hashed(), 'integer', n)),
      ),
    )
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => {
        const value = masked(hashed(), 'bigint', n)
        expect(typeof value === 'bigint' && BigInt.asIntN(64, value) === value).toBe(true)
      }),
    )
  })

  test('padding does not count in char(n), and counts in text', () => {
    expect(masked(hashed(), 'character(8)', 'C1      ')).toBe(masked(hashed(), 'varchar(8)', 'C1'))
    expect(masked(hashed(), 'text', 'C1 ')).not.toBe(masked(hashed(), 'text', 'C1'))
  })

  test('what is none of text, bytes or integer is gone, never clear', () => {
    for (const value of [0.5, true, ['a']]) expect(masked(hashed(), 'mood', value)).toBeNull()
    expect(masked(hashed(), 'mood', new Uint8Array([1, 2]))).toHaveLength(16)
  })
})

describe('kept format', () => {
  test('digits, letters, case, script and everything else stay in their places', () => {
    const shape = (text: string): string =>
      text
        .replaceAll(/[0-9]/g, '0')
        .replaceAll(/[a-z]/g, 'a')
        .replaceAll(/[A-Z]/g, 'A')
        .replaceAll(/[^ -~]/gu, (c) => (/\p{Lu}/u.test(c) ? 'Ä' : /\p{Ll}/u.test(c) ? 'ä' : c))
    for (const text of ['+49 (0)30 123-45', 'Müller, ÉMILE', 'ab12-CD', 'Ω и 漢字', '🌳 x']) {
      const kept = String(masked(keepFormat(), 'text', text))
      expect(kept).not.toBe(text)
      expect(kept.length).toBe(text.length)
      if (!/[^ -\u024f]/.test(text)) expect(shape(kept)).toBe(shape(text))
    }
  })

  test('is a permutation: of all texts of a format, no two become one', () => {
    const texts = Array.from({ length: 1000 }, (_, n) => `${String(n).padStart(3, '0')}`)
    const kept = texts.map((text) => masked(keepFormat(), 'text', text))
    expect([...kept].sort()).toEqual(texts)
    const moved = texts.filter((text, place) => text !== kept[place])
    expect(moved.length).toBeGreaterThan(900)
  })

  test('every list of symbols has one image and one origin', () => {
    const sizes = [3, 2, 5]
    const all = Array.from({ length: 30 }, (_, n) => [n % 3, Math.floor(n / 3) % 2, Math.floor(n / 6)])
    expect(new Set(all.map((symbols) => permute(secret, '', sizes, symbols).join())).size).toBe(30)
  })

  test('numbers keep sign, point and number of digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }), (n) => {
        const value = Number(masked(keepFormat(), 'integer', n))
        expect(String(value).replaceAll(/\d/g, '0')).toBe(
          String(n)
            .replaceAll(/\d/g, '0')
            .replace(/^-0$/, value === 0 ? '0' : '-0'),
        )
      }),
    )
    expect(masked(keepFormat(), 'numeric(10,2)', '1234.50')).toMatch(/^[1-9]\d{3}\.\d\d$/)
    expect(masked(keepFormat(), 'numeric', 'NaN')).toBeNull()
    const values = Array.from({ length: 90 }, (_, n) => n + 10)
    expect(new Set(values.map((value) => masked(keepFormat(), 'integer', value)))).toEqual(new Set(values))
  })

  test('a padded value keeps its width, and joins with one that is not', () => {
    expect(masked(keepFormat(), 'char(8)', 'C1      ')).toBe(`${String(masked(keepFormat(), 'varchar', 'C1'))}      `)
  })
})

test('redaction: text is blotted out, anything else is missing, null stays null', () => {
  expect(masked(redact(), 'text', 'Ann')).toBe('***')
  expect(masked(redact(), 'date', '1984-03-01')).toBeNull()
  expect(masked(redact(), 'integer', 7)).toBeNull()
  expect(masked(redact('n/a'), 'text', 'Ann')).toBe('n/a')
  for (const mask of [redact(), redact('x'), hashed(), keepFormat()]) expect(masked(mask, 'text', null)).toBeNull()
})

test('derived features are total', () => {
  const at = epochMs(Date.UTC(2026, 2, 1))
  expect(mailDomain('m').of(' Ann@Shop.Example ', at)).toBe('shop.example')
  expect(mailDomain('m').of('nobody', at)).toBeNull()
  expect(firstCharacters('z', 2).of('10115', at)).toBe('10')
  const band = ageBand('b', [18, 65])
  expect(['2008-03-02', '2008-03-01', '1961-03-02', '1961-03-01', '1900-01-01'].map((birth) => band.of(birth, at))).toEqual([
    '<18',
    '18-64',
    '18-64',
    '65+',
    '65+',
  ])
  for (const odd of ['infinity', '0000-00-00', '0044-03-15 BC', 7]) expect(band.of(odd, at)).toBeNull()
  expect(derived('n', 'length', (value) => String(value).length).of('abc', at)).toBe(3)
})

test('a key that is missing or short is refused, and is not in the error', () => {
  for (const key of [undefined, '', 'short-secret']) {
    expect(() => secretOf(key)).toThrow(
      expect.objectContaining({ code: 'masking-invalid', message: expect.not.stringContaining('short-secret') }),
    )
  }
  expect(JSON.stringify(secret)).toBe('{}')
})
