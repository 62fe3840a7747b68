import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Context } from '../../model/context.ts'
import { BanyanError } from '../../model/errors.ts'
import { withCandidate } from '../../shadow/define-context.ts'
import type { CandidateOption } from '../../shadow/define-context.ts'

/**
 * The context with another candidate: a URL is a service; a module exports, as `candidate` or as its default, a function of the
 * candidate's signature, a service, a context, or a config that holds a context of the same name.
 *
 * @throws BanyanError usage when the module cannot be loaded or exports none of these.
 */
export const contextWith = async (context: Context, candidate: string | null, cwd: string): Promise<Context> => {
  if (candidate === null) return context
  if (/^https?:\/\//.test(candidate)) {
    const { service } = await import('../../../adapters/http/candidate-service.ts')
    return withCandidate(context, service({ url: candidate }))
  }
  const file = resolve(cwd, candidate)
  const exported = await load(file)
  const found = [exported['candidate'], exported['default']].flatMap((value) => candidateIn(value, context) ?? [])[0]
  if (found === undefined) throw nothingIn(file, context.name)
  return found.apply(context)
}

type Found = { readonly apply: (context: Context) => Context }

const candidateIn = (value: unknown, context: Context): Found | null => {
  if (typeof value === 'function') return { apply: (to) => withCandidate(to, value as CandidateOption) }
  if (typeof value !== 'object' || value === null) return null
  if ('kind' in value && value.kind === 'service') return { apply: (to) => withCandidate(to, value as CandidateOption) }
  if ('contexts' in value && Array.isArray(value.contexts)) return contextIn(value.contexts as readonly unknown[], context)
  return contextIn([value], context)
}

/** Only what decides is taken from it: projections, comparison and limits stay those of the config. */
const contextIn = (values: readonly unknown[], context: Context): Found | null => {
  const other = values.find((value): value is Context => isContext(value) && value.name === context.name)
  if (other === undefined) return null
  const { candidate, candidateVersion, shape } = other
  return { apply: (to) => ({ ...to, candidate, candidateVersion, shape, needs: other.needs ?? null, parameters: other.parameters ?? {} }) }
}

const isContext = (value: unknown): value is Context =>
  typeof value === 'object' && value !== null && 'candidate' in value && typeof value.candidate === 'function' && 'legacy' in value

const load = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>
  } catch (cause) {
    if (cause instanceof BanyanError) throw cause
    throw new BanyanError('usage', `the candidate cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, {
      where: file,
      hint: 'name a module or the URL of a service: --candidate ./next.ts',
      cause,
    })
  }
}

const nothingIn = (file: string, context: string): BanyanError =>
  new BanyanError('usage', `the module exports no candidate for ${context}`, {
    where: file,
    hint: 'export const candidate = (input, tools) => …, or a service, a context or a config as the default',
  })
