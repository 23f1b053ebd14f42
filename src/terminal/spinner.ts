// A spinner on stderr. The one door to ora; loaded only on a terminal, once the request is on its way.
import ora from 'ora';

export type Spinner = {
  update(text: string): void;
  /** Takes the spinner off the screen; nothing of it stays. */
  stop(): void;
};

export function startSpinner(stream: NodeJS.WritableStream, text: string, hasUnicode: boolean): Spinner {
  // discardStdin would take Ctrl-C away from readline and kill the session.
  const spinner = ora({
    text,
    stream,
    discardStdin: false,
    hideCursor: true,
    spinner: hasUnicode ? 'dots' : 'line',
  }).start();
  return {
    update(next) {
      spinner.text = next;
      // At once, not with the next frame: what is typed is part of the text.
      if (spinner.isSpinning) spinner.render();
    },
    stop() {
      // Stopping moves the cursor to the start of the line, where by then the answer may stand.
      if (spinner.isSpinning) spinner.stop();
    },
  };
}
