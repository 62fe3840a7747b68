import process from 'node:process'
import { openStore } from '../../../../src/store/open.ts'

// A process that uses a store until it is told to end, or killed: `node store-user.ts <folder>`.
process.stdout.write('started\n')
const store = await openStore({ folder: String(process.argv[2]) })
process.stdout.write('open\n')
process.once('SIGTERM', async () => {
  await store[Symbol.asyncDispose]()
  process.stdout.write('closed\n')
  process.exit(0)
})
setInterval(() => undefined, 1_000)
