import ZongJi from '@vlasky/zongji'

/** Rows a second that the library alone decodes from a place in the log, and throws away. */
export const readByZongji = async (
  url: string,
  from: { readonly file: string; readonly position: number },
  rows: number,
): Promise<number> => {
  const { hostname, port, username } = new URL(url)
  const zongji = new ZongJi({ host: hostname, port: Number(port), user: username })
  const done = Promise.withResolvers<void>()
  let seen = 0
  let startedAtMs = performance.now()
  zongji.on('ready', () => {
    startedAtMs = performance.now()
  })
  zongji.on('error', done.reject)
  zongji.on('binlog', (event: unknown) => {
    seen += (event as { readonly rows?: readonly unknown[] }).rows?.length ?? 0
    if (seen >= rows) done.resolve()
  })
  zongji.start({
    serverId: 4_000_000_000,
    filename: from.file,
    position: from.position,
    includeEvents: ['rotate', 'tablemap', 'writerows', 'updaterows', 'deleterows'],
  })
  try {
    await done.promise
    return seen / ((performance.now() - startedAtMs) / 1_000)
  } finally {
    zongji.stop()
  }
}
