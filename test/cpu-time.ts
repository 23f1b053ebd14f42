// What something costs, whatever else the machine is doing. Limits on it are wide: they catch work that grows with
// the square of its input; how fast things are is for `npm run bench`.

/** Milliseconds of the processor, not of the clock on the wall. */
export function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
