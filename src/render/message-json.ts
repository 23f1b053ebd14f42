// The assembled message as one JSON object, with the facts of the turn under `msg`.
import { writeJson } from './json-pieces.ts';
import type { Renderer, RendererOutput } from './renderer.ts';

export function renderJson({ answer }: RendererOutput): Renderer {
  let hasWritten = false;
  return {
    push() {},
    end({ message, result, error }) {
      hasWritten = true;
      writeJson({ ...message, msg: error === undefined ? result : { ...result, error } }, answer);
    },
    hasWritten: () => hasWritten,
  };
}
