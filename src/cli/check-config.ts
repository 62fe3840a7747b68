import { z } from 'zod'
import { compileComparison } from '../diff/compare.ts'
import { BanyanError } from '../model/errors.ts'
import type { EventStream } from '../model/event-stream.ts'
import type { EpochMs } from '../model/ids.ts'
import { epochMs } from '../model/ids.ts'
import { nearNames } from '../model/near-names.ts'
import type { ChangeSource } from '../ports/change-source.ts'
import type { PipelineConfig } from '../pipeline/config.ts'
import { guardedSource } from '../pipeline/guard/guarded-source.ts'
import { derivedType } from '../../rules/journey.ts'
import type { BanyanConfig } from './config.ts'

/** A config that passed every check, in the pipeline's terms. */
export interface CheckedConfig {
  readonly pipeline: PipelineConfig
  readonly store: BanyanConfig['store'] | null
  readonly events: NonNullable<BanyanConfig['events']>
}

/** Passes what has these functions or fields; what they do is TypeScript's business. */
const having = (fields: Readonly<Record<string, 'function' | 'string' | 'object'>>, wanted: string): z.ZodType =>
  z.custom(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.entries(fields).every(([name, type]) => typeof (value as Record<string, unknown>)[name] === type),
    { error: `expected ${wanted}` },
  )

const instant = z.union([z.date(), z.iso.datetime({ offset: true }), z.number()], {
  error: "expected a Date, an ISO instant such as '2026-03-01T00:00:00Z', or milliseconds since 1970",
})

const store = z.union(
  [
    z.strictObject({ folder: z.string().min(1), givesWay: z.boolean().exactOptional() }),
    z.strictObject({ url: z.url({ protocol: /^postgres(ql)?$/, error: "expected a URL like 'postgres://user@host:5432/banyan'" }) }),
  ],
  {
    error: "expected { folder: '…' } or { url: 'postgres://…' }",
  },
)

const action = z.enum(['ignore', 'pause']).exactOptional()
const schemaActions = {
  added: action,
  dropped: action,
  renamed: action,
  retyped: z.enum(['ignore', 'pause', 'retype']).exactOptional(),
  key: action,
  gone: action,
  swapped: action,
}

const shape = z.strictObject({
  source: having(
    { read: 'function', acknowledge: 'function', name: 'string' },
    'a change source, e.g. postgres({ … }) of banyan/adapters/postgres',
  ),
  store: store.optional(),
  rules: z.array(having({ when: 'function', emit: 'function', name: 'string' }, 'a rule, made by rule(…)')),
  journeys: z.array(having({ milestones: 'object', name: 'string' }, 'a journey, made by journey(…)')),
  contexts: z.array(
    having({ candidate: 'function', legacy: 'object', compare: 'object', on: 'string' }, 'a context, made by defineContext(…)'),
  ),
  masking: having({ tables: 'object', secret: 'object' }, 'a masking, made by masking(…) of legacySchema').optional(),
  filters: z.record(z.string(), z.object({}), { error: 'expected filters, made by filters(…) of legacySchema' }).optional(),
  schemaChanges: z
    .strictObject({
      ...schemaActions,
      tables: z.record(z.string(), z.strictObject(schemaActions)).exactOptional(),
      accepted: z.array(z.string()).exactOptional(),
    })
    .optional(),
  time: z.strictObject({ from: instant, as: instant, speed: z.number().positive() }).optional(),
  publish: having(
    { open: 'function', streams: 'object', name: 'string' },
    'a sink, e.g. kafkaTopics({ … }) of banyan/adapters/kafka',
  ).optional(),
  emit: having({ emit: 'function', form: 'string' }, 'an emitter, e.g. debeziumTopics({ … }) of banyan/adapters/kafka').optional(),
  events: z.strictObject({ released: z.string().min(1).exactOptional(), retired: z.array(z.string()).exactOptional() }).optional(),
  title: z.string().optional(),
})

/**
 * Checks a loaded config as a whole: its shape, its names, and that they fit together.
 *
 * @throws BanyanError config-invalid with the key's path and, for a mistyped name, the near ones.
 */
export const checkConfig = (loaded: unknown, file: string): CheckedConfig => {
  const parsed = shape.safeParse(loaded)
  if (!parsed.success) throw shapeError(parsed.error.issues[0], file)
  const config = loaded as BanyanConfig
  checkNames(config, file)
  checkComparisons(config, file)
  checkStreams(config, file)
  return {
    store: config.store ?? null,
    events: config.events ?? {},
    pipeline: {
      source: guarded(config),
      rules: config.rules,
      journeys: config.journeys,
      contexts: config.contexts,
      time: config.time === undefined ? null : { from: at(config.time.from), as: at(config.time.as), speed: config.time.speed },
      ...(config.publish === undefined ? {} : { publish: config.publish }),
      ...(config.emit === undefined ? {} : { emit: config.emit }),
      ...(config.title === undefined ? {} : { title: config.title }),
      ...(config.schemaChanges === undefined ? {} : { schemaChanges: config.schemaChanges }),
    },
  }
}

/** Nothing gets in but through masking and filters, whatever command asks the source. */
const guarded = ({ source, masking, filters }: BanyanConfig): ChangeSource =>
  masking === undefined && filters === undefined ? source : guardedSource(source, { masking: masking ?? null, filters: filters ?? null })

const at = (when: Date | string | number): EpochMs => epochMs(new Date(when).getTime())

const invalid = (file: string, what: string, hint: string): BanyanError => new BanyanError('config-invalid', what, { where: file, hint })

const shapeError = (issue: z.core.$ZodIssue | undefined, file: string): BanyanError => {
  const path = (issue?.path ?? []).reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`),
    '',
  )
  if (issue?.code !== 'unrecognized_keys') {
    return invalid(
      file,
      path === '' ? 'the config is not an object' : `${path}: ${issue?.message ?? 'is wrong'}`,
      'compare it with docs/config.md',
    )
  }
  const typo = issue.keys[0] ?? ''
  const name = path === '' ? typo : `${path}.${typo}`
  return invalid(file, `there is no setting ${name}`, meant(typo, knownAt(path)))
}

const knownAt = (path: string): readonly string[] => {
  if (path === 'time') return ['from', 'as', 'speed']
  if (path === 'store') return ['folder', 'givesWay', 'url']
  if (path === 'events') return ['released', 'retired']
  if (path.startsWith('schemaChanges')) return [...Object.keys(schemaActions), ...(path === 'schemaChanges' ? ['tables', 'accepted'] : [])]
  return Object.keys(shape.shape)
}

const meant = (name: string, known: readonly string[]): string => {
  const near = nearNames(name, known)
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`
  return known.length === 0 ? 'there is none yet' : `known: ${[...known].sort().join(', ')}`
}

const checkNames = (config: BanyanConfig, file: string): void => {
  checkUnique('rules', config.rules, file)
  checkUnique('journeys', config.journeys, file)
  checkUnique('contexts', config.contexts, file)
  const journeys = config.journeys.map((journey) => journey.name)
  config.rules.forEach((rule, index) => {
    if (rule.journey === null || journeys.includes(rule.journey)) return
    throw invalid(
      file,
      `rules[${index}] (${rule.name}) belongs to journey ${rule.journey}, which is not in journeys`,
      meant(rule.journey, journeys),
    )
  })
  const facts = factsOf(config)
  config.contexts.forEach((context, index) => {
    if (facts.includes(context.on)) return
    throw invalid(file, `contexts[${index}] (${context.name}) waits for ${context.on}, which no rule emits`, meant(context.on, facts))
  })
}

const factsOf = (config: BanyanConfig): readonly string[] => {
  const derived = config.journeys.flatMap((journey) =>
    Object.entries(journey.milestones).flatMap(([name, when]) => {
      const type = derivedType(journey, name)
      return [...(when.kind === 'fact' ? [] : [type]), `${type}-overdue`]
    }),
  )
  return [...new Set([...config.rules.map((rule) => rule.name), ...derived])]
}

/** A stream that carries nothing, or what another one carries, is a mistyped one. */
const checkStreams = ({ publish, ...config }: BanyanConfig, file: string): void => {
  const journeys = config.journeys.map((journey) => journey.name)
  const facts = factsOf(config)
  checkUnique('publish.streams', publish?.streams ?? [], file)
  for (const { name, journey, types } of publish?.streams ?? []) {
    if (journey !== null && !journeys.includes(journey)) {
      throw invalid(file, `publish: stream ${name} carries journey ${journey}, which is not in journeys`, meant(journey, journeys))
    }
    const twice = (publish?.streams ?? []).find((other) => other.name !== name && carriesSame(other, { journey, types }, config.rules))
    if (twice !== undefined) {
      throw invalid(file, `publish: ${name} and ${twice.name} carry the same events`, 'let each event go to one stream')
    }
    const unknown = types.find((type) => !facts.includes(type))
    if (unknown !== undefined) {
      throw invalid(file, `publish: stream ${name} carries ${unknown}, which no rule emits`, meant(unknown, facts))
    }
  }
}

const carriesSame = (
  other: Pick<EventStream, 'journey' | 'types'>,
  one: Pick<EventStream, 'journey' | 'types'>,
  rules: BanyanConfig['rules'],
): boolean =>
  (one.journey !== null && one.journey === other.journey) ||
  one.types.some((type) => other.types.includes(type) || (other.journey !== null && journeyOf(type, rules) === other.journey))

/** Derived facts are named after their journey. */
const journeyOf = (type: string, rules: BanyanConfig['rules']): string | null => {
  const rule = rules.find(({ name }) => name === type)
  return rule === undefined ? (type.split('.')[0] ?? null) : rule.journey
}

/** Now, not when the first decision is classified. */
const checkComparisons = (config: BanyanConfig, file: string): void => {
  config.contexts.forEach((context, index) => {
    try {
      compileComparison(context.compare)
    } catch (cause) {
      if (!(cause instanceof BanyanError)) throw cause
      throw invalid(file, `contexts[${index}] (${context.name}): ${cause.message}`, cause.hint)
    }
  })
}

const checkUnique = (key: string, named: readonly { readonly name: string }[], file: string): void => {
  named.forEach(({ name }, index) => {
    const first = named.findIndex((other) => other.name === name)
    if (first !== index)
      throw invalid(file, `${key}[${index}] and ${key}[${first}] have the same name ${name}`, 'give each a name of its own')
  })
}
