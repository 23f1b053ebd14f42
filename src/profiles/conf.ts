// The door to conf, in a file of its own in dist/ (scripts/build.js): most of it is a validator, and only those runs
// load it that write.
export { default as Conf } from 'conf';
