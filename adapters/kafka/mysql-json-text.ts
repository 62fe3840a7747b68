const outside = /"(?:[^"\\]|\\.)*"|[,:](?! )/gs

/** JSON with a blank behind each comma and colon, as MySQL prints it; the connector leaves them out. Strings are as they were. */
export const spacedJson = (text: string): string => text.replaceAll(outside, (part) => (part === ',' || part === ':' ? `${part} ` : part))
