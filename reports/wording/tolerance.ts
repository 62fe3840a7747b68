import type { NightTolerance } from '../../src/model/night.ts'
import { cut, visible } from './data-text.ts'
import { count } from './figures.ts'

/** Headings of {@link toleranceCells}. */
export const toleranceColumns: readonly string[] = ['Path', 'Allowed', 'Why', 'Owner, until', 'Hid', 'For example']

/** One tolerance, who answers for it, and what it hid. */
export const toleranceCells = (one: NightTolerance): readonly string[] => [
  visible(one.path === '' ? '/' : one.path),
  cut(visible(one.words), 160),
  one.reason === null ? 'no reason given' : cut(visible(one.reason), 160),
  `${one.owner === null ? 'nobody' : cut(visible(one.owner), 80)}, ${untilText(one)}`,
  one.hits === 0 ? 'nothing' : `${count(one.hits)} in ${count(one.decisions)} decisions`,
  exampleText(one),
]

const untilText = ({ until, expired }: NightTolerance): string =>
  until === null ? 'no end' : expired ? `expired ${visible(until)}` : `until ${visible(until)}`

const exampleText = ({ example }: NightTolerance): string =>
  example === null
    ? '–'
    : `${cut(visible(example.path === '' ? '/' : example.path), 120)}: ${cut(visible(example.legacy), 80)} | ${cut(visible(example.candidate), 80)}`
