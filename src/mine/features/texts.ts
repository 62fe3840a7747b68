import type { CategoryFeature, Feature } from './feature.ts'
import { ofLabel, relabelled } from './feature.ts'

const few = 8

/** What can be told of a text besides what it is: how it begins and ends, how long it is, how it is written. */
export const textFeatures = (stored: CategoryFeature): readonly Feature[] => {
  const named = relabelled(stored, (label) => (typeof label === 'string' ? label.trim() : label))
  const whole: CategoryFeature = { ...stored, ...named, stored: named.read === stored.read }
  const forms = formFeatures(stored)
  if (whole.labels.length <= few) return [whole, ...forms]
  const derived = (name: string, bits: number, make: (text: string) => string | null): CategoryFeature => ({
    kind: 'category',
    name: `${name}(${whole.name})`,
    bits: whole.bits + bits,
    facts: whole.facts,
    ...relabelled(whole, (label) => (typeof label === 'string' ? make(label) : null)),
  })
  const parts = [
    ...[1, 2, 3].map((length) => derived(`prefix${length}`, 2, (text) => text.slice(0, length))),
    ...[1, 2].map((length) => derived(`suffix${length}`, 4, (text) => text.slice(-length))),
  ]
  const lengths: Feature = {
    kind: 'number',
    name: `length(${whole.name})`,
    bits: whole.bits + 3,
    facts: whole.facts,
    cycle: null,
    read: ofLabel(
      whole.read,
      Float64Array.from(['', ...whole.labels], (label, code) => (code === 0 || typeof label !== 'string' ? Number.NaN : label.length)),
    ),
  }
  const shorter = parts.filter((part) => part.labels.length > 1 && part.labels.length < whole.labels.length)
  return [whole, ...shorter, lengths, ...forms]
}

/** How texts are written, where they are not all written alike: what other systems compare differently. */
const formFeatures = (stored: CategoryFeature): readonly CategoryFeature[] => {
  const form = (name: string, make: (text: string) => string | boolean): CategoryFeature => ({
    kind: 'category',
    name: `${name}(${stored.name})`,
    bits: stored.bits + 3,
    facts: stored.facts,
    ...relabelled(stored, (label) => (typeof label === 'string' ? make(label) : null)),
  })
  return [
    form('spaced', (text) => text !== text.trim()),
    form('zeroed', (text) => /^0\d/.test(text.trim())),
    form('letters', lettersOf),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what the word ASCII means.
    form('ascii', (text) => /^[\x00-\x7f]*$/.test(text)),
  ].filter((one) => one.labels.length > 1)
}

const lettersOf = (text: string): string => {
  const [upper, lower] = [text !== text.toLowerCase(), text !== text.toUpperCase()]
  return upper && lower ? 'mixed' : upper ? 'upper' : lower ? 'lower' : 'none'
}
