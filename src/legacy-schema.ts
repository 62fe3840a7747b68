import type { FiltersFor } from './filters/filters.ts'
import { filtersFor } from './filters/filters.ts'
import type { MaskingFor } from './masking/masking.ts'
import { maskingFor } from './masking/masking.ts'
import type { RulesFor } from '../rules/rule.ts'
import { rulesFor } from '../rules/rule.ts'
import type { ContextsOf } from './shadow/define-context.ts'
import { contextsFor } from './shadow/define-context.ts'

/** The functions that look at legacy rows, bound to one schema `interface Oms { ord_hdr: { ord_no: string; … }; … }`. */
export interface LegacySchema<S> extends RulesFor<S>, ContextsOf<S>, MaskingFor<S>, FiltersFor<S> {}

/** Binds rules, contexts, masking and filters to a legacy schema: an unknown table, column or value does not compile. */
export const legacySchema = <S>(): LegacySchema<S> => ({ ...rulesFor<S>(), ...contextsFor<S>(), ...maskingFor<S>(), ...filtersFor<S>() })
