// What can be taken along of an exchange: as a command to run again, or as a file.
import type { JudgedExchange } from '../../exchange.ts';
import { harPieces } from '../../har.ts';
import { recordingText } from '../../recording-text.ts';
import { curlCommand, msgCommand } from './commands.ts';
import { copyButton, saveButton } from './copying.ts';
import { type Child, element } from './element.ts';

export function actions(judged: JudgedExchange, version: string): HTMLElement {
  const { exchange, row } = judged;
  return element(
    'div',
    { class: 'actions', role: 'group', 'aria-label': 'Take along' },
    ...commands(judged),
    saveButton('Save recording', { name: `msg-tap-${row.id}.jsonl`, type: 'application/jsonl' }, () => [
      recordingText(exchange),
    ]),
    saveButton('Save as HAR', { name: `msg-tap-${row.id}.har`, type: 'application/json' }, () =>
      harPieces([judged], version),
    ),
  );
}

/** Half a request is none: there is no command that repeats it. */
function commands({ exchange }: JudgedExchange): Child[] {
  const { url, body } = exchange.request;
  if (url === '' || body.isCut || body.isBinary) return [];
  const curl = copyButton('Copy as curl', () => curlCommand(exchange));
  return msgCommand(exchange) === undefined
    ? [curl]
    : [curl, copyButton('Copy as msg send', () => msgCommand(exchange) ?? '')];
}
