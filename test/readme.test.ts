import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** What the example takes for granted. */
const around = `
import { external, type Data, keyed, legacySchema, pending, stream } from '${root}/src/index.ts'
interface Oms {
  readonly inv_bal: { readonly sku: string; readonly node_cd: string; readonly oh_qty: number; readonly rsv_qty: number }
  readonly itm_mst: { readonly sku: string; readonly pack_qty: number }
  readonly prm_rslt: { readonly ord_no: string; readonly ln_no: number }
}
interface Promised { readonly outcome: string; readonly allocations: readonly { readonly node: string; readonly qty: number }[] }
declare const readItem: (sku: string) => Promise<Data | undefined>
declare const promise: (line: unknown, stock: object, item: object) => Promise<Promised>
declare const toPromise: (transactions: readonly object[]) => Promised | null
const { defineContext, projection } = legacySchema<Oms>()
`

/** An example outside of the package is not built, and declares what it does not use. */
const looser = { isolatedDeclarations: false, declaration: false, rewriteRelativeImportExtensions: false, allowImportingTsExtensions: true }

test('the example of README compiles against the public API', { timeout: 60_000 }, async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? expect.fail('README has no example')
  const folder = await mkdtemp(join(tmpdir(), 'banyan-readme-'))
  try {
    const file = join(folder, 'example.mts')
    await writeFile(file, around + example)
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as {
      readonly config: { readonly compilerOptions: object }
    }
    const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, ...looser }, root)
    const program = ts.createProgram([file], { ...options, typeRoots: [join(root, 'node_modules/@types')], noUnusedLocals: false })
    const wrong = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics(program.getSourceFile(file))]
    expect(wrong.map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n'))).toEqual([])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('README shows a run of the demo, with one divergence of each cause and the gate’s answer', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const shown = /<!-- demo:begin -->([\s\S]*?)<!-- demo:end -->/.exec(readme)?.[1] ?? ''
  for (const words of [/timing/i, /stale.data/i, /hidden.rule/i, /defect/i, /NOT READY/]) expect(shown).toMatch(words)
})
