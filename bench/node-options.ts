import { readFile } from 'node:fs/promises'

/** The options that the command line gives to Node, so that the process measured is the one that runs. */
export const nodeOptions = async (): Promise<readonly string[]> => {
  const [shebang = ''] = (await readFile(new URL('../src/cli/main.ts', import.meta.url), 'utf8')).split('\n')
  return shebang.split(' ').filter((word) => word.startsWith('--'))
}
