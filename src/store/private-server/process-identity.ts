import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'

/**
 * A name for a running process that no later process shares: pid, start time, boot. Null when it does not run; a
 * process that is dead but not yet buried by its parent does not run either.
 */
export const processIdentity = (pid: number): string | null => (process.platform === 'linux' ? linuxIdentity(pid) : posixIdentity(pid))

export const isRunning = (identity: string): boolean => processIdentity(Number.parseInt(identity, 10)) === identity

const linuxIdentity = (pid: number): string | null => {
  const stat = readText(`/proc/${pid}/stat`)
  if (stat === null) return null
  // The command name may hold spaces and brackets; the fields are counted from the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return null
  return `${pid}-${fields[19]}-${bootId()}`
}

const posixIdentity = (pid: number): string | null => {
  try {
    const [state, ...started] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
    return state === undefined || state.startsWith('Z') ? null : `${pid}-${started.join('_').replaceAll(':', '_')}`
  } catch {
    return null
  }
}

const bootId = (): string => (readText('/proc/sys/kernel/random/boot_id') ?? '').slice(0, 8)

const readText = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
