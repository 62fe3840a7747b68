import process from 'node:process'
import { afterAll, describe, test } from 'vitest'
import { startKafkaServer } from '../../../../fixtures/services/kafka-server.ts'
import { withMysqlServer } from '../../../support/with-mysql-server.ts'
import { asTexts, byDefault, flavours, schemas, texts, withSchemas, writtenCase } from './written-mysql-cases.ts'

/** Where Java cannot be had the cases are skipped with the reason, but under CI that is a failure. */
const started = await startKafkaServer(flavours).catch((error: unknown) => {
  if (process.env['CI'] !== undefined) throw error
  return String(error)
})

if (typeof started === 'string') test.skip(`Debezium (${started})`)
else {
  afterAll(() => started.stop())
  for (const flavour of flavours) {
    await withMysqlServer(flavour, (server) =>
      describe(flavour, () => {
        writtenCase(started, server, { name: 'as it comes', connector: {}, differ: byDefault[flavour] })
        if (process.env['BANYAN_SOAK'] === undefined) return
        writtenCase(started, server, { name: 'texts', connector: texts, differ: asTexts[flavour] })
        writtenCase(started, server, { name: 'with schemas', connector: schemas, differ: withSchemas[flavour] })
      }),
    )
  }
}
