// For coverage, where msg's undici and the tests run in one process: undici offers its dispatcher to Node's fetch, which
// is an older undici. Whoever comes first stays.
await fetch('data:,');
