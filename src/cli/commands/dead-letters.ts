import type { DeadLetter } from '../../model/dead-letter.ts'
import type { Command } from '../command.ts'
import type { DeadLetterGroup } from '../dead-letter-groups.ts'
import { deadLetterGroups } from '../dead-letter-groups.ts'
import { exitCodes } from '../exit.ts'
import { openBanyan } from '../open.ts'
import { grouped } from '../table.ts'

/** What is missing because of a letter, and what brings it in. See docs/dead-letters.md. */
const mends: Readonly<Record<DeadLetter['stage'], string>> = {
  capture: 'the rows of that record are not known: read their tables again',
  translate: 'the events of that rule are not stated, the rows are stored: mend the rule, and capture into a new store',
  pair: 'that answer of the legacy was not taken: mend the context, and run again: the next row of the same key folds those that it watches anew',
  classify: 'that decision has no verdict: mend the context, and run again',
}

/** Says what was parked, where, and why. Exit 1 when there is anything. */
export const deadLetters: Command = async (input) => {
  await using opened = await openBanyan(input)
  const source = opened.config.source.name
  const { count, groups, others } = await deadLetterGroups(opened.store, source)
  const more = others === 0 ? [] : [`and ${grouped(others)} more, of other reasons`]
  const text = count === 0 ? 'no dead letters' : [`${grouped(count)} dead letters`, ...groups.map(groupText), ...more].join('\n\n')
  input.output.result({ source, count, groups: groups.map((group) => ({ ...group, mend: mends[group.stage] })), others }, text)
  return count === 0 ? exitCodes.yes : exitCodes.no
}

const groupText = ({ stage, part, reason, count, first, last }: DeadLetterGroup): string =>
  [
    `${grouped(count)} × ${stage} ${part}: ${reason}`,
    `  ${first === last ? `at ${first}` : `from ${first} to ${last}`}`,
    `  ${mends[stage]}`,
  ].join('\n')
