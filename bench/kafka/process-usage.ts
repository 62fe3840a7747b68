import { readFile } from 'node:fs/promises'

/** What a process of this machine has used. */
export interface ProcessUsage {
  readonly cpuMs: number
  /** The most memory that it ever held. */
  readonly peakMiB: number
}

/** The kernel counts in hundredths of a second. */
const tickMs = 10

export const processUsage = async (pid: number): Promise<ProcessUsage> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
    peakMiB: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024,
  }
}
