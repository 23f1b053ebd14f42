// What a rule of the judge is: it looks at one exchange and those before it, and names a cause or nothing. Pure.
import type { Evidence } from './evidence.ts';
import type { TapVerdict } from './exchange.ts';
import { pathOf } from './http-head.ts';
import type { Past } from './past.ts';

/** The tap itself, as rules name it. */
export type TapPlace = {
  /** Where clients reach it. */
  readonly url: string;
  /** The command that examines the endpoint behind it. */
  readonly doctorCommand: string;
  /** The command that runs this tap without the faults it was told to put in. */
  readonly plainCommand: string;
  /** The proxy the tap uses for the endpoint, and where that was configured. */
  readonly proxy: { readonly url: string; readonly source: string } | null;
};

export type Look = { readonly evidence: Evidence; readonly tap: TapPlace; readonly past: Past };

export type Rule = (look: Look) => TapVerdict | undefined;

/** A verdict with what most have in common. */
export const verdict = (
  id: string,
  over: Pick<TapVerdict, 'severity' | 'summary' | 'owner'> & Partial<TapVerdict>,
): TapVerdict => ({ id, confidence: 'certain', cure: '', commands: [], evidence: [], ...over });

export const isMessages = ({ entry }: Evidence): boolean =>
  entry.method === 'POST' && /\/messages$/.test(pathOf(entry.path));
