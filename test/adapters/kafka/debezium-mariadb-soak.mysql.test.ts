import { test } from 'vitest'
import { withMysqlServer } from '../../support/with-mysql-server.ts'
import { debeziumCases } from './mysql-cases.ts'

// Two minutes: every case starts a connector.
if (process.env['BANYAN_SOAK'] === undefined) test.skip('Debezium for mariadb: npm run soak -- debezium-mariadb')
else await withMysqlServer('mariadb', debeziumCases)
