// A spinner on stderr. The one door to ora; loaded only on a terminal, once the request is on its way.
import ora from 'ora';
import { createGuard } from './guard.ts';

export type Spinner = {
  update(text: string): void;
  /** Takes the spinner off the screen; nothing of it stays. */
  stop(): void;
};

/** Where lines cannot be redrawn (TERM=dumb), and in the logs of CI, the text stands there once and does not move. */
export function startSpinner(
  stream: NodeJS.WritableStream & { columns?: number; isTTY?: boolean },
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  hasUnicode: boolean,
): Spinner {
  assumeWidth(stream);
  const guard = createGuard();
  // discardStdin would take Ctrl-C away from readline and kill the session.
  const spinner = ora({
    text: guard(text),
    stream,
    // By itself ora would ask the environment of the process.
    isEnabled: stream.isTTY === true && env['TERM'] !== 'dumb' && env['CI'] === undefined,
    discardStdin: false,
    hideCursor: true,
    spinner: hasUnicode ? 'dots' : 'line',
  }).start();
  return {
    update(next) {
      spinner.text = guard(next);
      // At once, not with the next frame: what is typed is part of the text.
      if (spinner.isSpinning) spinner.render();
    },
    stop() {
      // Stopping moves the cursor to the start of the line, where by then the answer may stand.
      if (spinner.isSpinning) spinner.stop();
    },
  };
}

/** ora divides by the width: 0, as terminals say that do not know theirs, would have it clear rows without end. */
function assumeWidth(stream: { columns?: number }): void {
  let columns = stream.columns;
  Object.defineProperty(stream, 'columns', {
    configurable: true,
    get: () => columns || 80,
    set: (value) => {
      columns = value;
    },
  });
}
