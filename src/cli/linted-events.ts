import { catalogueOf } from '../../rules/events/catalogue.ts'
import type { LintFinding } from '../../rules/events/lint.ts'
import { lintEvents } from '../../rules/events/lint.ts'
import { touchedTables } from '../../rules/touched-tables.ts'
import { BanyanError } from '../model/errors.ts'
import type { EventCatalogue } from '../model/event-catalogue.ts'
import type { LoadedConfig } from './load-config.ts'
import { readReleased } from './released-events.ts'

/** The events of a config, and what the lint finds of them. @throws BanyanError config-invalid for a broken released catalogue. */
export const lintedEvents = async (
  config: LoadedConfig,
): Promise<{ readonly catalogue: EventCatalogue; readonly released: EventCatalogue | null; readonly findings: readonly LintFinding[] }> => {
  const { rules, journeys, publish } = config.pipeline
  const catalogue = catalogueOf(rules, journeys)
  const released = await readReleased(config)
  const findings = lintEvents({
    catalogue,
    released,
    streams: publish?.streams ?? null,
    retired: config.events.retired ?? [],
    tables: [...new Set(rules.flatMap((rule) => [...rule.tables, ...(touchedTables(rule) ?? [])]))],
  })
  return { catalogue, released, findings }
}

/** What others subscribe to must not break under them: nothing is published while the lint refuses something. */
export const refuseUnfit = async (config: LoadedConfig): Promise<void> => {
  if (config.pipeline.publish === undefined) return
  const refused = (await lintedEvents(config)).findings.filter((finding) => finding.verdict === 'refuse')
  const first = refused[0]
  if (first === undefined) return
  const more = refused.length === 1 ? '' : `, and ${refused.length - 1} more`
  throw new BanyanError('rule-invalid', `event ${first.type} must not be published: ${first.what}${more}`, {
    hint: `${first.hint}; banyan events --lint tells all`,
    where: first.type,
  })
}
