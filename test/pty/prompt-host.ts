// The prompt alone, as a program of its own.
import { hostPrompt } from '../terminal/prompt/prompt-host.ts';

await hostPrompt(process, process.env);
