import { typeCases } from './type-cases.ts'

typeCases(18, {})
