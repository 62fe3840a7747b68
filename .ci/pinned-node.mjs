// Plain JavaScript on purpose: it must run on the old Node that it complains about.
import process from 'node:process'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 22)) {
  process.stderr.write(
    [
      `Node ${process.versions.node} is too old for Banyan's scripts, and the pinned Node is not in node_modules.`,
      'where: node_modules/.bin/node',
      'hint:  run `npm ci` with install scripts on (not --ignore-scripts): the package `node` brings Node 24. Or use Node 22.22 or newer.',
      '',
    ].join('\n'),
  )
  process.exit(2)
}
