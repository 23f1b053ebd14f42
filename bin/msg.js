#!/usr/bin/env node
// The Node version gate, in old syntax so that it can speak on old versions; then the bundle.
'use strict';

// biome-ignore lint/style/useNodejsImportProtocol: versions too old for msg do not know it, and must be told so.
var fs = require('fs');

var needed = [20, 18, 1];
var running = process.versions.node.split('.').map(Number);
var ahead = running[0] - needed[0] || running[1] - needed[1] || running[2] - needed[2];
var argv = process.argv.slice(2);

if (ahead < 0) {
  process.stderr.write(
    'msg needs Node ' + needed.join('.') + ' or newer; this is ' + process.version + '.\n',
  );
  process.exitCode = 1;
} else if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  // Answered before anything is loaded: scripts ask for it.
  print(Buffer.from(version() + '\n'));
} else if (!fs.existsSync(__dirname + '/../dist/msg.cjs')) {
  // A clone whose packages were installed without their scripts, which many do for safety.
  process.stderr.write(
    'msg: It is not built yet.\n  Next: npm run build (in ' + fs.realpathSync(__dirname + '/..') + ')\n',
  );
  process.exitCode = 1;
} else if (argv.length === 1 && (argv[0] === '--help' || argv[0] === '-h') && !isStyled()) {
  // Laid out for 80 columns when msg was built. Terminals have widths of their own, and bold headings.
  print(fs.readFileSync(__dirname + '/../dist/help.txt'));
} else {
  start(require('./load.js'));
}

/** Without process.stdout, which takes longer to make than everything else here. */
function print(bytes) {
  var at = 0;
  try {
    while (at < bytes.length) at += fs.writeSync(1, bytes, at);
  } catch (error) {
    // A full pipe that does not block: Node knows how to wait for it.
    if (error.code === 'EAGAIN') process.stdout.write(bytes.subarray(at));
    // A reader that has gone away (`msg --help | head -1`) is no failure; a full disk is.
    else if (error.code !== 'EPIPE') {
      process.exitCode = 3;
      process.stderr.write(
        'msg: Cannot write to stdout: ' +
          (error.code === 'ENOSPC' ? 'no space left on the device' : error.message) +
          '.\n',
      );
    }
  }
}

function isStyled() {
  return fs.fstatSync(1).isCharacterDevice() || Boolean(process.env.FORCE_COLOR);
}

/** Without require(), which looks for who else may be the owner of the file. */
function version() {
  return JSON.parse(fs.readFileSync(__dirname + '/../package.json')).version;
}

function start(msg) {
  process.once('exit', complain);
  msg.main(argv, msg.systemContext(version())).then((code) => {
    process.removeListener('exit', complain);
    // Never process.exit(): it cuts off writes that are still on their way.
    process.exitCode = code;
    // But who interrupts does not wait for a reader that has stalled.
    if (code === 130 || code === 143) setTimeout(() => process.exit(code), 1000).unref();
  });
}

/** Node ends with 0 when nothing is left to wait for, also in the midst of the work. */
function complain() {
  process.exitCode = 1;
  process.stderr.write('msg: It ended before its work was done. This is a bug in msg.\n');
}
