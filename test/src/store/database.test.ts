import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { openDatabase } from '../../../src/store/database.ts'

test('a server that answers nothing is soon told of', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const database = openDatabase({ host: '127.0.0.1', port, user: 'nobody', database: 'nothing' }, 'a silent place', 100)
  await expect(database.reach()).rejects.toMatchObject({ code: 'store-unreachable', where: 'a silent place' })
  await database.close()
  silent.close()
})
