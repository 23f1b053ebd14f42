// Renders a megabyte of Markdown once, as a program of its own: for its peak memory. Argument: the repository.
import { renderMegabyte } from './chat-work.ts';

await renderMegabyte({ root: process.argv[2] ?? '' });
