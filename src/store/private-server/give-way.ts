import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import process from 'node:process'

/** Behind everything else: 19 is the last place. */
const last = 19
const lookEveryMs = 500

/** Best effort: a system without priorities, one that forbids it, a process that has ended meanwhile. */
const lower = (pid: number, place: number): boolean => {
  try {
    setPriority(pid, place)
    if (process.platform !== 'linux') return true
    // Linux shares the processor among sessions first, and each of PostgreSQL's processes is a session of its own. A session that others
    // are in too, as that of the shell which started this process, is not ours to lower: it would stay so.
    if (isSessionLeader(pid)) writeFileSync(`/proc/${pid}/autogroup`, String(place))
    if (place === last) runsWhenIdle(pid)
    return true
  } catch {
    return false
  }
}

/**
 * Beyond the last place: a process of this class leaves the processor the moment that another wakes up, with all its threads, where
 * one with the lowest priority finishes its slice first. Best effort: only util-linux can ask for it.
 */
const runsWhenIdle = (pid: number): void => {
  try {
    execFileSync('chrt', ['-a', '-i', '-p', '0', String(pid)], { stdio: 'ignore' })
  } catch {}
}

const isSessionLeader = (pid: number): boolean => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The command name may hold spaces and brackets; the fields are counted from the last bracket.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3] === String(pid)
}

const childrenOf = (pid: number): readonly number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/**
 * Lets processes, with all their present and future children, give way to everything else on the machine: a legacy
 * that runs beside them is not slowed. Where nobody else wants the processor it changes nothing. Dispose it to look no more.
 */
export const giveWay = (pids: readonly number[], place: number = last): Disposable => {
  const lowered = new Set<number>()
  const look = (): void => {
    const running = pids.flatMap((pid) => [pid, ...childrenOf(pid)])
    for (const pid of lowered) if (!running.includes(pid)) lowered.delete(pid)
    for (const pid of running) if (!lowered.has(pid) && lower(pid, place)) lowered.add(pid)
  }
  look()
  const timer = setInterval(look, lookEveryMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
