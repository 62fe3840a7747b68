import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { BanyanError } from '../../src/model/errors.ts'

/** How to start one kind of server. */
export interface MysqlBinaries {
  readonly command: readonly string[]
  /** Makes the data folder. */
  readonly initialise: (configFile: string) => void
  readonly configLines: readonly string[]
  /** Where a fresh data folder is kept for those who come later. */
  readonly template: string
}

const isRoot = (): boolean => process.getuid?.() === 0

const found = (command: string): string | null => {
  const { status, stdout } = spawnSync('sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin"; command -v ${command}`], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : null
}

/** Two test files must not install at once. */
const underLock = (script: string, cwd: string = tmpdir()): void => {
  const { status, stdout, stderr } = spawnSync('flock', [join(tmpdir(), 'banyan-services.lock'), 'sh', '-ec', script], {
    encoding: 'utf8',
    cwd,
  })
  if (status !== 0) throw unavailable(`${stdout}\n${stderr}`.trim().split('\n').slice(-6).join('\n'))
}

const unavailable = (why: string): BanyanError =>
  new BanyanError('internal', `a database server for the tests cannot be had: ${why}`, {
    hint: 'install mariadb-server, run as root on Debian, or name a server by BANYAN_TEST_MARIADB_URL or BANYAN_TEST_MYSQL_URL (a user with every right)',
  })

/** A template serves the version that made it. */
const templateOf = (flavour: string, [file = '', ...args]: readonly string[]): string => {
  const version = spawnSync(file, [...args, '--version'], { encoding: 'utf8' }).stdout
  const digest = createHash('sha256').update(version).digest('hex').slice(0, 12)
  return join(tmpdir(), `banyan-services-${userInfo().uid}`, `${flavour}-${digest}`)
}

const installMariadb = `
PATH="$PATH:/usr/sbin:/sbin"
command -v mariadbd > /dev/null && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends mariadb-server`

/** The system's MariaDB; installed first where it is missing and we may. */
export const bringMariadb = (): MysqlBinaries => {
  if (found('mariadbd') === null) {
    if (!isRoot() || found('apt-get') === null) throw unavailable('mariadbd is not installed')
    underLock(installMariadb)
  }
  const server = found('mariadbd') ?? 'mariadbd'
  return {
    template: templateOf('mariadb', [server]),
    command: [server, '--defaults-file={config}'],
    initialise: (configFile) => {
      const args = [`--defaults-file=${configFile}`, '--auth-root-authentication-method=normal', '--skip-test-db', '--cross-bootstrap']
      execFileSync(found('mariadb-install-db') ?? 'mariadb-install-db', args, { stdio: 'ignore' })
    },
    configLines: ['skip-name-resolve', 'innodb_log_file_size=32M', 'log_slave_updates=ON', 'gtid_strict_mode=ON', 'expire_logs_days=10'],
  }
}

/**
 * MySQL is in Debian's unstable suite alone, and needs that suite's libraries: all of it is unpacked into a folder and
 * started by that folder's own loader, so that nothing of the system is changed.
 */
const unpackMysql = (folder: string): string => `
mkdir -p ${folder}; cd ${folder}
[ -f ready ] && exit 0
rm -rf work; mkdir -p work/lists/partial work/cache/archives/partial work/root; cd work; : > status
echo "deb $(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -1) sid main" > sources.list
A="-o Dir::Etc::sourcelist=$PWD/sources.list -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=$PWD/lists -o Dir::Cache=$PWD/cache -o Dir::State::status=$PWD/status -o APT::Sandbox::User=root"
apt-get $A -qq update
apt-get $A -y -qq --no-install-recommends --download-only install mysql-server-core
for d in cache/archives/*.deb; do dpkg-deb -x "$d" root; done
id mysql > /dev/null 2>&1 || adduser --system --group --no-create-home mysql
rm -rf ../root; mv root ../root; cd ..; rm -rf work; : > ready`

/** Beside all repositories, so that a fresh clone on the same machine starts in seconds. */
const mysqlFolder = '/var/cache/banyan-services/mysql-sid'

export const bringMysql = (): MysqlBinaries => {
  if (!existsSync(join(mysqlFolder, 'ready'))) {
    if (!isRoot() || found('apt-get') === null) throw unavailable('MySQL is unpacked by root, on Debian')
    mkdirSync(mysqlFolder, { recursive: true, mode: 0o755 })
    try {
      underLock(unpackMysql(mysqlFolder))
    } catch (error) {
      throw new BanyanError('internal', 'the unstable suite of Debian gives no MySQL now', {
        hint: 'name a server by BANYAN_TEST_MYSQL_URL (a user with every right)',
        retryable: true,
        cause: error,
      })
    }
  }
  const root = join(mysqlFolder, 'root')
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu')
  const loader = [
    join(libraries, 'ld-linux-x86-64.so.2'),
    '--library-path',
    libraries,
    join(root, 'usr/sbin/mysqld'),
    '--defaults-file={config}',
  ]
  const command = [...loader, `--basedir=${join(root, 'usr')}`]
  return {
    template: templateOf('mysql', command.slice(0, 4)),
    command,
    initialise: (configFile) => {
      const [file = '', ...args] = command.map((part) => part.replace('{config}', configFile))
      execFileSync(file, [...args, '--initialize-insecure'], { stdio: 'ignore' })
    },
    configLines: [
      'mysqlx=OFF',
      'gtid_mode=ON',
      'enforce_gtid_consistency=ON',
      'performance_schema=OFF',
      'innodb_redo_log_capacity=64M',
      `lc-messages-dir=${join(root, 'usr/share/mysql')}`,
      `character-sets-dir=${join(root, 'usr/share/mysql/charsets')}`,
      `plugin-dir=${join(root, 'usr/lib/mysql/plugin')}`,
      'secure-file-priv=',
    ],
  }
}
