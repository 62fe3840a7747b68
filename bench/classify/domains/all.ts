import type { Domain } from '../world/domain.ts'
import { credit } from './credit.ts'
import { fee } from './fee.ts'
import { insurance } from './insurance.ts'
import { quote } from './quote.ts'
import { shipping } from './shipping.ts'

/** Businesses that none of the product's tests or stories know. */
export const domains: readonly Domain[] = [credit, quote, shipping, insurance, fee]
