import { withMysqlServer } from '../../../support/with-mysql-server.ts'
import { mysqlFaults } from './mysql-faults.ts'

await withMysqlServer('mariadb', mysqlFaults)
