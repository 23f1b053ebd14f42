// Preloaded into a program under measurement: tells its peak memory in kB on descriptor 3 when it ends.
// (maxrss of resourceUsage would count the parent's memory too: Linux keeps it across exec.)
const { readFileSync, writeSync } = require('node:fs');

process.on('exit', () => {
  let peakKb = process.resourceUsage().maxRSS;
  try {
    peakKb = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? peakKb;
  } catch {
    // Not Linux.
  }
  writeSync(3, String(peakKb));
});
