import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import process from 'node:process'

export interface RunningService extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string
}

/** Runs a file as a service of its own process; its first line says at which port it listens. */
export const startService = async (file: string = resolve(import.meta.dirname, 'service-process.ts')): Promise<RunningService> => {
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, PORT: '0' } })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    url: `http://127.0.0.1:${String(line).trim()}`,
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await once(child, 'close')
    },
  }
}
