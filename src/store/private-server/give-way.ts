import { readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import process from 'node:process'

const behind = 19
const lookEveryMs = 500

/** Best effort: a system without priorities, one that forbids it, a process that has ended meanwhile. */
const lower = (pid: number): boolean => {
  try {
    setPriority(pid, behind)
    if (process.platform !== 'linux') return true
    // Linux shares the processor among sessions first, and each of PostgreSQL's processes is a session of its own.
    writeFileSync(`/proc/${pid}/autogroup`, String(behind))
    return true
  } catch {
    return false
  }
}

const childrenOf = (pid: number): readonly number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/**
 * Lets this process, and the server with all its present and future processes, give way to everything else on the machine: a legacy
 * that runs beside them is not slowed. Where nobody else wants the processor it changes nothing. Dispose it to look no more.
 */
export const giveWay = (server: number): Disposable => {
  const lowered = new Set<number>()
  const look = (): void => {
    const running = [process.pid, server, ...childrenOf(server)]
    for (const pid of lowered) if (!running.includes(pid)) lowered.delete(pid)
    for (const pid of running) if (!lowered.has(pid) && lower(pid)) lowered.add(pid)
  }
  look()
  const timer = setInterval(look, lookEveryMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
