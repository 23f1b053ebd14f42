// What can be taken along of an exchange: as a command to run again, or as a file.
import type { JudgedExchange } from '../../exchange.ts';
import { harPieces } from '../../har.ts';
import { recordingText } from '../../recording-text.ts';
import { curlCommand, isForMsg, msgCommand } from './commands.ts';
import { copyButton, saveButton } from './copying.ts';
import { type Child, element } from './element.ts';

/** @param current the exchange as it is now: one that is open goes on */
export function actions(current: () => JudgedExchange, version: string): HTMLElement {
  const { id } = current().row;
  return element(
    'div',
    { class: 'actions', role: 'group', 'aria-label': 'Take along' },
    ...commands(current()),
    saveButton('Save recording', { name: `msg-tap-${id}.jsonl`, type: 'application/jsonl' }, () => [
      recordingText(current().exchange),
    ]),
    saveButton('Save as HAR', { name: `msg-tap-${id}.har`, type: 'application/json' }, () =>
      harPieces([current()], version),
    ),
  );
}

/** Half a request is none: there is no command that repeats it. */
function commands({ exchange }: JudgedExchange): Child[] {
  const { url, body } = exchange.request;
  if (url === '' || body.isCut || body.isBinary) return [];
  const curl = copyButton('Copy as curl', () => curlCommand(exchange));
  return isForMsg(exchange) ? [curl, copyButton('Copy as msg send', () => msgCommand(exchange))] : [curl];
}
