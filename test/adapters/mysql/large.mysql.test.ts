import { describe } from 'vitest'
import { withMysqlServer } from '../../support/with-mysql-server.ts'
import { largeCases } from './large-cases.ts'

for (const flavour of ['mariadb', 'mysql'] as const) {
  await withMysqlServer(flavour, (server) => describe(flavour, () => largeCases(server)))
}
