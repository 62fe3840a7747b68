import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { BanyanError } from '../../src/model/errors.ts'
import type { ScenarioRef } from './scenario.ts'

export interface Task {
  readonly kind: 'scenario' | 'discovery'
  readonly ref: ScenarioRef
}

interface Message {
  readonly result?: unknown
  readonly failure?: string
}

/** A process is replaced after so many tasks: what a task leaves behind in memory ends with it. */
const tasksAProcess = 25

const start = (): ChildProcess =>
  fork(join(import.meta.dirname, 'scenario-process.ts'), [], {
    execArgv: ['--max-old-space-size=3000', '--max-semi-space-size=64'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

const ask = (child: ChildProcess, task: Task): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(
        new BanyanError('internal', `the process of ${task.ref.group}-${task.ref.index} ended with ${code}`, {
          hint: 'run it alone: --only=group-index',
        }),
      )
    child.once('exit', ended)
    child.once('message', (message: Message) => {
      child.off('exit', ended)
      if (message.failure === undefined) resolve(message.result)
      else
        reject(
          new BanyanError('internal', `${task.ref.group}-${task.ref.index}: ${message.failure}`, {
            hint: 'run it alone: --only=group-index',
          }),
        )
    })
    child.send(task)
  })

export interface TaskRun {
  readonly tasks: readonly Task[]
  /** False: no further task is begun. */
  readonly goesOn: () => boolean
  readonly onResult: (task: Task, result: unknown) => void
  /** The others go on. */
  readonly onFailure: (task: Task, message: string) => void
}

/** Runs tasks in as many processes as there are cores, and hands results over as they come. */
export const runTasks = async ({ tasks, goesOn, onResult, onFailure }: TaskRun): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    let child = start()
    try {
      for (let served = 0; next < tasks.length && goesOn(); served += 1) {
        if (served === tasksAProcess) {
          child.kill()
          child = start()
          served = 0
        }
        const task = tasks[next] as Task
        next += 1
        try {
          onResult(task, await ask(child, task))
        } catch (failure) {
          onFailure(task, failure instanceof Error ? failure.message : String(failure))
          child.kill()
          child = start()
        }
      }
    } finally {
      child.kill()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, worker))
}
