/** What a column's declared type lets a mask do with its values. `unknown`: a type of the legacy's own, e.g. an enum or a domain. */
export type ColumnKind = 'text' | 'padded' | 'integer' | 'decimal' | 'other' | 'unknown'

const patterns: readonly (readonly [RegExp, ColumnKind])[] = [
  [/\[\]$|^array|^_/, 'other'],
  [/^(character|char|bpchar|nchar)(\s*\(\d+\))?$/, 'padded'],
  [/^(character varying|varchar|nvarchar|text|citext|name|tinytext|mediumtext|longtext|uuid|enum|set)\b/, 'text'],
  [/^(tinyint\(1\)|bool|boolean|bit)/, 'other'],
  [/^(smallint|integer|int|int2|int4|int8|bigint|tinyint|mediumint|serial|bigserial|oid)\b/, 'integer'],
  [/^(numeric|decimal|dec)\b/, 'decimal'],
  [
    /^(real|double|float|money|date|time|timestamp|datetime|year|interval|json|bytea|blob|tinyblob|mediumblob|longblob|binary|varbinary)/,
    'other',
  ],
  [/^(inet|cidr|macaddr|xml|tsvector|point|line|polygon|geometry|vector|.*range)/, 'other'],
]

/** By the type as PostgreSQL, MySQL and MariaDB print it. */
export const columnKind = (type: string): ColumnKind => {
  const name = type.trim().toLowerCase()
  return patterns.find(([pattern]) => pattern.test(name))?.[1] ?? 'unknown'
}
