import { tableCases } from './table-cases.ts'
import { typeCases } from './type-cases.ts'

tableCases(18, {})
typeCases(18, {})
