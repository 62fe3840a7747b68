import type { RulesFor } from '../rules/rule.ts'
import { rulesFor } from '../rules/rule.ts'
import type { ContextsOf } from './shadow/define-context.ts'
import { contextsFor } from './shadow/define-context.ts'

/** The functions that look at legacy rows, bound to one schema `interface Oms { ord_hdr: { ord_no: string; … }; … }`. */
export interface LegacySchema<S> extends RulesFor<S>, ContextsOf<S> {}

/** Binds rules and contexts to a legacy schema: an unknown table, column or value does not compile. */
export const legacySchema = <S>(): LegacySchema<S> => ({ ...rulesFor<S>(), ...contextsFor<S>() })
