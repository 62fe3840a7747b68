import { BanyanError } from '../../model/errors.ts'

/** Names what kept the store's folder from being used, from a system error or from what a program printed. */
export const folderError = (problem: unknown, where: string): BanyanError => {
  if (problem instanceof BanyanError) return problem
  const text = problem instanceof Error ? `${(problem as NodeJS.ErrnoException).code ?? ''} ${problem.message}` : String(problem)
  if (/ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/.test(text)) {
    return new BanyanError('store-full', 'there is no space left for the store', {
      hint: 'free some disk space, then run again',
      where,
      retryable: true,
    })
  }
  if (/EACCES|EPERM|EROFS|Permission denied|Read-only file system|could not access directory/.test(text)) {
    return new BanyanError('store-folder', 'the store folder cannot be written', {
      hint: 'give this user the right to write there, or choose another folder',
      where,
    })
  }
  return new BanyanError('store-folder', `the store's server could not be started: ${lastWords(text)}`, {
    hint: 'read server.log in the store folder',
    where,
  })
}

const lastWords = (text: string): string => text.trim().split('\n').slice(-3).join(' / ')
