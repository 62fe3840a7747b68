const pairShape = /"((?:[^"\\]|\\.)*)"=>(?:"((?:[^"\\]|\\.)*)"|NULL)/gs

/** Reads `"a"=>"1", "b"=>NULL`. */
export const hstoreMap = (text: string): Readonly<Record<string, string | null>> =>
  Object.fromEntries([...text.matchAll(pairShape)].map(([, name = '', value]) => [plain(name), value === undefined ? null : plain(value)]))

const plain = (quoted: string): string => quoted.replaceAll(/\\(.)/gs, '$1')
