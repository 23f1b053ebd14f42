#!/usr/bin/env node
// The Node version gate, in old syntax so that it can speak on old versions; then the bundle.
'use strict';

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
  print(require('../package.json').version + '\n');
} else if (
  argv.length === 1 &&
  (argv[0] === '--help' || argv[0] === '-h') &&
  !(process.stdout.columns < 80)
) {
  // Laid out for 80 columns when msg was built.
  print(require('node:fs').readFileSync(require('node:path').join(__dirname, '../dist/help.txt')));
} else {
  start(require('./load.js').load('msg.cjs'));
}

function print(text) {
  process.stdout.on('error', (error) => {
    // A reader that has gone away (`msg --help | head -1`) is no failure; a full disk is.
    if (error.code === 'EPIPE') return;
    process.exitCode = 3;
    process.stderr.write(
      'msg: Cannot write to stdout: ' +
        (error.code === 'ENOSPC' ? 'no space left on the device' : error.message) +
        '.\n',
    );
  });
  process.stdout.write(text);
}

function start(msg) {
  msg.main(argv, msg.systemContext(require('../package.json').version)).then((code) => {
    // Never process.exit(): it cuts off writes that are still on their way.
    process.exitCode = code;
    // But who interrupts does not wait for a reader that has stalled.
    if (code === 130 || code === 143) setTimeout(() => process.exit(code), 1000).unref();
  });
}
