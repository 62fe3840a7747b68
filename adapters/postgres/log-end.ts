/** End of the log on a primary or a standby, and how long the server waits for a word of its readers. */
export const currentLsnSql = `
  SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END AS lsn,
    (SELECT setting FROM pg_settings WHERE name = 'wal_sender_timeout') AS sender_timeout_ms`

const pageBytes = 8192n
const pageHeaderBytes = 24n
const segmentHeaderBytes = 40n

/**
 * The insert position at the start of a page points behind the page's header, which the end of the last record does not:
 * without this, a reader would wait for a record that nobody writes.
 */
export const adjustedEnd = (insert: bigint): bigint => {
  const inPage = insert % pageBytes
  return inPage === pageHeaderBytes || inPage === segmentHeaderBytes ? insert - inPage : insert
}
