import { withMysqlServer } from '../../support/with-mysql-server.ts'
import { everyCase } from './every-case.ts'

await withMysqlServer('mysql', everyCase)
