import process from 'node:process'
import { discover } from './discovery.ts'
import type { Task } from './pool.ts'
import { runScenario } from './run-scenario.ts'

// One scenario after the other, each from its reference alone; the parent asks for the next when one is done.
process.on('message', (task: Task) => {
  const work = task.kind === 'scenario' ? runScenario(task.ref) : discover(task.ref)
  work.then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
