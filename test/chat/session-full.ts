// A process that records a question and an answer longer than its limit on files lets it write.
import { sessionFiles } from '../../src/chat/store/session-files.ts';
import { beginSession } from '../../src/chat/store/session-writer.ts';
import { processes } from '../../src/terminal/processes.ts';

const [directory = ''] = process.argv.slice(2);
const note = (text: string): boolean => process.stdout.write(`${text}\n`);
const files = sessionFiles(directory);
const writer = beginSession({ files, facts: {}, wallTime: Date.now, processes, isBrief: false, note });
writer.record({ message: { role: 'user', content: 'one' } });
writer.record({ message: { role: 'assistant', content: 'x'.repeat(100_000) } });
