import type { ColumnDecode, ColumnFacts } from './column-facts.ts'
import { mysqlDecode } from './mysql-decode.ts'
import { postgresDecode } from './postgres-decode.ts'

/** The value that the database's own adapter gives for the same row. */
export const columnDecode = (dialect: 'postgres' | 'mysql', facts: ColumnFacts): ColumnDecode =>
  dialect === 'postgres' ? postgresDecode(facts) : mysqlDecode(facts)
