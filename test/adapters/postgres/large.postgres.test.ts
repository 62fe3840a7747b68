import { withPostgresServer } from '../../support/with-postgres-server.ts'
import { largeCases } from './large-cases.ts'

largeCases(18, {})
await withPostgresServer({ version: 15 }, ({ url }) => largeCases(15, { serverUrl: url }))
