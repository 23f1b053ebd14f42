// msg as a program, for terminals: what bin/msg.js does, from the sources.
import { systemContext } from '../../src/context.ts';
import { main } from '../../src/main.ts';

process.exitCode = await main(process.argv.slice(2), systemContext('0.0.0'));
