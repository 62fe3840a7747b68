import { mysqlRows, openMysql } from '../../fixtures/services/mysql-server.ts'

/** The tables of the capture bench, in MySQL's words, and what writes to them: the same orders in the same transactions. */
export const mysqlOrders: readonly string[] = [
  `CREATE TABLE ord_hdr (ord_no char(10) PRIMARY KEY, cust_no int NOT NULL, chnl_cd char(3) NOT NULL, sts_cd char(1) NOT NULL,
     tot_amt decimal(12,2) NOT NULL, ord_ts timestamp(6) NOT NULL, upd_ts timestamp(6) NOT NULL)`,
  `CREATE TABLE ord_ln (ord_no char(10) NOT NULL, ln_no int NOT NULL, sku varchar(20) NOT NULL, qty int NOT NULL,
     unit_prc decimal(12,2) NOT NULL, sts_cd char(1) NOT NULL, note varchar(60), upd_ts timestamp(6) NOT NULL, PRIMARY KEY (ord_no, ln_no))`,
  'CREATE TABLE prc_lst (sku varchar(20) PRIMARY KEY, unit_prc decimal(12,2) NOT NULL, upd_ts timestamp(6) NOT NULL)',
  `INSERT INTO prc_lst WITH RECURSIVE n AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM n WHERE n < 20000) SELECT concat('SKU-', n), n, now(6) FROM n`,
  `CREATE PROCEDURE trade(first int, orders int) BEGIN
     DECLARE n int DEFAULT first;
     WHILE n < first + orders DO
       START TRANSACTION;
       INSERT INTO ord_hdr VALUES (concat('O', n), n % 5000, ELT(n % 3 + 1, 'WEB', 'STO', 'PHN'), 'N', n % 900 + 0.95, now(6), now(6));
       INSERT INTO ord_ln VALUES ${[1, 2, 3, 4]
         .map(
           (line) =>
             `(concat('O', n), ${line}, concat('SKU-', (n * 7 + ${line}) % 20000 + 1), ${line}, n % 200 + 0.25, 'N', concat('leave at the side door ', n), now(6))`,
         )
         .join(', ')};
       COMMIT;
       IF n > 100 THEN
         START TRANSACTION;
         UPDATE ord_hdr SET sts_cd = 'S', upd_ts = now(6) WHERE ord_no = concat('O', n - 100);
         UPDATE ord_ln SET sts_cd = 'S', upd_ts = now(6) WHERE ord_no = concat('O', n - 100);
         COMMIT;
       END IF;
       SET n = n + 1;
     END WHILE;
   END`,
]

const ordersOfPart = 8_000
const head = 100

export const runMysql = async (url: string, ...statements: readonly string[]): Promise<void> => {
  const connection = await openMysql(url, { multipleStatements: true })
  try {
    await mysqlRows(connection, 'SET SESSION max_recursive_iterations = 100000').catch(() => undefined)
    await mysqlRows(connection, 'SET SESSION cte_max_recursion_depth = 100000').catch(() => undefined)
    for (const sql of statements) await mysqlRows(connection, sql)
  } finally {
    connection.destroy()
  }
}

/** Parts of about 100,000 changes, of which 20,000 are one transaction and all others come five to a transaction. */
export const writeMysqlOrders = async (url: string, parts: number): Promise<void> => {
  for (let part = 0; part < parts; part += 1) {
    const first = part === 0 ? 1 : part * ordersOfPart + head + 1
    const orders = part === 0 ? ordersOfPart + head : ordersOfPart
    await runMysql(url, `CALL trade(${first}, ${orders})`, 'UPDATE prc_lst SET unit_prc = unit_prc + 0.05, upd_ts = now(6)')
  }
}
