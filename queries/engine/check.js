// Refuses to install a library that the lock file cannot verify: an entry without an integrity hash was never recorded on
// that platform.
const fs = require('fs')
const platform = { 'linux-x64': 'linux-x64-gnu', 'linux-arm64': 'linux-arm64-gnu', 'darwin-x64': 'darwin-x64', 'darwin-arm64': 'darwin-arm64' }
const name = platform[process.platform + '-' + process.arch]
if (!name) {
  console.error('no engine library is published for ' + process.platform + '-' + process.arch + '; set clickhouse.url to a server')
  process.exit(1)
}
const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'))
const entry = lock.packages['node_modules/@chdb/lib-' + name]
if (!entry.integrity) {
  console.error('queries/engine/package-lock.json has no integrity hash for lib-' + name + '.\n' +
    'Record it on this machine, compare it with the publisher\'s, and commit it:\n' +
    '  cd queries/engine && npm view @chdb/lib-' + name + '@' + entry.version + ' dist.integrity')
  process.exit(1)
}
