// The status x shape table: what an HTTP answer on a Messages endpoint means, and which check owns it.
// Order matters: the first row that fits wins, so telling words stand before mere statuses. Data.
import { edgeRows } from './answer-rows/edge-rows.ts';
import { firstKeyRows, keyRows } from './answer-rows/key-rows.ts';
import { limitRows } from './answer-rows/limit-rows.ts';
import { modelRows } from './answer-rows/model-rows.ts';
import { plainRows } from './answer-rows/plain-rows.ts';
import { reachingRows } from './answer-rows/reaching-rows.ts';
import type { Row } from './answer-rows/row.ts';
import { firstServerRows, serverRows } from './answer-rows/server-rows.ts';

/** From here to the model, as a request travels: the way, the edge, the key, the account, the model, the server. */
export const answerRows: readonly Row[] = [
  ...reachingRows,
  ...edgeRows,
  ...firstKeyRows,
  ...firstServerRows,
  ...limitRows,
  ...modelRows,
  ...serverRows,
  ...keyRows,
  ...plainRows,
];
