/** What a name says of its event. `doubt` is told and passes. */
export type NameJudgement = { readonly kind: 'fact' } | { readonly kind: 'doubt' | 'refused'; readonly why: string; readonly hint: string }

/** They say that a row was written, and leave the reason to each subscriber's guess. */
const writes = new Set(
  'updated changed modified altered edited saved upserted inserted synced synchronised synchronized refreshed replicated persisted touched mutated written'.split(
    ' ',
  ),
)
/** They can be facts of a business (a shipment is created), or the same as a write. */
const births = new Set(['created', 'deleted', 'removed', 'added'])
/** Words for how something is kept, not for what it is. */
const technical = new Set('row record table entity object data field column value tuple'.split(' '))
const states = new Set(['status', 'state', 'sts', 'flag'])
const commands = new Set(
  'create update delete change modify insert upsert save sync place cancel confirm reserve release ship send pay capture authorise authorize refund approve reject close open start stop finish complete process handle notify request assign allocate book'.split(
    ' ',
  ),
)
/** Past forms without -ed; those that are the same as the command are left to the subject before them. */
const irregular = new Set(
  'paid held sent sold bought made met begun found lost kept built split put cut read gone done left told shown known given taken written drawn driven broken chosen frozen stolen withdrawn overdrawn brought caught taught thought felt fed led lent spent run won hidden born borne laid said stuck struck sunk swung torn thrown understood woken worn wound seen been become come forgotten forgiven grown hung risen sworn rebuilt repaid resold'.split(
    ' ',
  ),
)
/** What is true from an instant on, without a verb. */
const conditions = new Set([
  'ready',
  'overdue',
  'missing',
  'due',
  'late',
  'short',
  'unavailable',
  'available',
  'empty',
  'full',
  'active',
  'inactive',
])

/** `handed-over`: the verb is the word before. */
const particles = new Set(['over', 'in', 'out', 'up', 'off', 'down', 'back', 'through', 'away', 'on'])

const fact: NameJudgement = { kind: 'fact' }

/** `order.line-changed`, `OrderLineChanged` and `ORDER_LINE_CHANGED` alike. */
const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '' && !/^v?\d+$/.test(word) && word !== 'event')

/** Verbs and nouns on -eed are none; of their past forms only these end so. */
const onEed = new Set(['agreed', 'freed', 'guaranteed', 'decreed', 'disagreed'])

const isPast = (word: string): boolean =>
  (word.length > 3 && word.endsWith('ed') && (!word.endsWith('eed') || onEed.has(word))) || irregular.has(word) || conditions.has(word)

/**
 * Whether an event's name says a fact of the business: what happened, to what, in the past tense. Refused are names that only say that
 * a row was written (`order.updated`), bare changes of state (`StatusChanged`), commands (`order.place`), and the names of the
 * legacy's own tables.
 */
export const judgeName = (type: string, tables: readonly string[] = []): NameJudgement => {
  const all = wordsOf(type)
  const words = particles.has(all.at(-1) ?? '') && isPast(all.at(-2) ?? '') ? all.slice(0, -1) : all
  const verb = words.at(-1) ?? ''
  const subject = words.slice(0, -1)
  const thing = subject.at(-1)
  const named = tables.find((table) => subjectText(type) === table.toLowerCase())
  if (named !== undefined && (writes.has(verb) || births.has(verb)))
    return refused(`it is named after the table ${named}`, 'name what the table is about in the words of the business')
  if (states.has(verb) || (thing !== undefined && states.has(thing))) return bareState
  if (writes.has(verb)) return written(subject, thing)
  if (thing !== undefined && technical.has(thing)) return rowNamed(thing)
  if (births.has(verb)) {
    return doubt(`'${verb}' may say no more than that a row came or went`, 'if so, say what happened: order.placed, claim.withdrawn')
  }
  if (words.length > 1 && (commands.has(verb) || commands.has(words[0] ?? '')) && !isPast(verb)) return command
  if (isPast(verb))
    return words.length > 1 ? fact : doubt('it does not say what it happened to', 'put the subject before it, e.g. order.placed')
  return doubt(`'${verb}' is not in the past tense as far as the lint knows`, 'name it for what has happened, e.g. order.placed')
}

const refused = (why: string, hint: string): NameJudgement => ({ kind: 'refused', why, hint })
const doubt = (why: string, hint: string): NameJudgement => ({ kind: 'doubt', why, hint })

const bareState = refused(
  'it says that a state changed, not what happened',
  'name the fact that the new state stands for, one rule for each: a status that goes to A is order.released, to C order.cancelled',
)
const command = refused(
  'it asks for something instead of saying that it happened',
  'put it in the past tense: order.placed, payment.captured',
)

/** A change of one named part is a fact to some; a change of the whole is none to anybody. */
const written = (subject: readonly string[], thing: string | undefined): NameJudgement =>
  subject.length > 1 && thing !== undefined && !technical.has(thing)
    ? doubt(
        `it says that ${subject.join(' ')} changed, not why`,
        'if the reasons differ, give each a fact: order.line-cancelled, order.quantity-raised',
      )
    : refused(
        'it says that a row was written, not what happened',
        'ask why it was written, and name that: order.placed, order.readdressed, order.cancelled',
      )

const rowNamed = (thing: string): NameJudgement =>
  refused(
    `'${thing}' is a word for how data is kept, not for what it is about`,
    'name the thing in the words of the business, e.g. order.placed',
  )

/** All but the verb, as it is written, for a look at the tables. */
const subjectText = (type: string): string => type.replace(/[.\-:/][^.\-:/]*$/, '').toLowerCase()
