import { withMysqlServer } from '../../support/with-mysql-server.ts'
import { debeziumCases } from './mysql-cases.ts'

await withMysqlServer('mariadb', debeziumCases)
