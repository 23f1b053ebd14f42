// A process that appends turns to a session until it is killed, telling each turn it has written.
import { sessionFiles } from '../../src/chat/store/session-files.ts';
import { beginSession, continueSession } from '../../src/chat/store/session-writer.ts';
import { processes } from '../../src/terminal/processes.ts';

const [directory = '', id = ''] = process.argv.slice(2);
const files = sessionFiles(directory);
const options = {
  files,
  facts: {},
  wallTime: Date.now,
  processes,
  isBrief: false,
  note: (text: string) => process.stderr.write(`${text}\n`),
};
const { writer, transcript } =
  id === ''
    ? { writer: beginSession(options), transcript: undefined }
    : await continueSession(files.find(id), options);

for (let count = transcript?.turns.length ?? 0; ; count += 1) {
  const role = count % 2 === 0 ? 'user' : 'assistant';
  writer.record({ message: { role, content: `turn ${count} ${'x'.repeat((count * 997) % 20_000)}` } });
  process.stdout.write(`${writer.entry()?.id} ${count}\n`);
  await new Promise((done) => setImmediate(done));
}
