// Buttons that copy a text or save a file, and say that they did.
import { button } from './element.ts';
import { announce } from './live-region.ts';

/** Copies what `text` gives when it is pressed. */
export function copyButton(words: string, text: () => string, label?: string): HTMLButtonElement {
  const made = button(
    words,
    () => {
      void copy(text()).then((isCopied) => {
        made.textContent = isCopied ? 'Copied' : 'Not copied';
        announce(isCopied ? 'Copied.' : 'The browser does not let this page copy.');
        made.addEventListener('blur', restore, { once: true });
        made.addEventListener('pointerleave', restore, { once: true });
      });
    },
    { class: 'copy', 'aria-label': label },
  );
  const restore = (): void => {
    made.textContent = words;
  };
  return made;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A report that is opened as a file may lack the clipboard; what is selected can be copied everywhere.
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'unseen';
    const { activeElement } = document;
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand('copy');
    field.remove();
    if (activeElement instanceof HTMLElement) activeElement.focus();
    return isCopied;
  }
}

/** Saves what `pieces` gives when it is pressed. */
export function saveButton(
  words: string,
  file: { readonly name: string; readonly type: string },
  pieces: () => AsyncIterable<string> | Iterable<string>,
): HTMLButtonElement {
  const save = async (): Promise<void> => {
    const parts: string[] = [];
    for await (const piece of pieces()) parts.push(piece);
    const url = URL.createObjectURL(new Blob(parts, { type: file.type }));
    const link = document.createElement('a');
    link.href = url;
    link.download = file.name;
    link.click();
    URL.revokeObjectURL(url);
    announce(`Saved ${file.name}.`);
  };
  return button(words, () => void save());
}
