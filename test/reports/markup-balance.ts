const empty = new Set(['meta', 'line', 'rect', 'br', 'img', 'link', 'circle'])

/** What is wrong with the nesting of some HTML or XML: unclosed, misnested or stray tags, bare `<` or `&`, unquoted attributes, doubled ids. */
export const markupFaults = (text: string): readonly string[] => {
  const faults: string[] = []
  const open: string[] = []
  const ids = new Set<string>()
  const body = text.replace(/^<\?xml[^>]*\?>|<!doctype html>/, '').replace(/<style>[^<]*<\/style>/, '')
  const tag = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z][a-z0-9:-]*(?:="[^"<]*")?)*)\s*(\/?)>/gi
  let from = 0
  for (const match of body.matchAll(tag)) {
    const [whole, closing, name = '', attributes = '', selfClosed] = match
    textFaults(body.slice(from, match.index), faults)
    from = match.index + whole.length
    const id = /\sid="([^"]*)"/.exec(attributes)?.[1]
    if (id !== undefined && ids.has(id)) faults.push(`id ${id} twice`)
    if (id !== undefined) ids.add(id)
    if (closing === '/') {
      const last = open.pop()
      if (last !== name) faults.push(`</${name}> closes <${last}>`)
    } else if (selfClosed !== '/' && !empty.has(name)) open.push(name)
  }
  textFaults(body.slice(from), faults)
  for (const link of body.matchAll(/href="#([^"]*)"/g)) if (!ids.has(link[1] ?? '')) faults.push(`link to #${link[1]} leads nowhere`)
  return [...faults, ...open.map((name) => `<${name}> is not closed`)]
}

const textFaults = (between: string, faults: string[]): void => {
  if (/[<>]/.test(between)) faults.push(`bare bracket in ${between.slice(0, 80)}`)
  if (/&(?!(amp|lt|gt|quot|apos|#39);)/.test(between)) faults.push(`bare ampersand in ${between.slice(0, 80)}`)
}
