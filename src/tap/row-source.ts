// Where exchanges are read from, whether they happen or were recorded: rows, and the bodies of one when asked for.
import type { ExchangeRow, JudgedExchange } from './exchange.ts';

/** What page and reports read. */
export type RowSource = {
  /** In the order of arrival; those that are open have no verdict. */
  rows(): readonly ExchangeRow[];
  row(id: number): ExchangeRow | undefined;
  /** With its bodies, made when asked for. */
  exchange(id: number): Promise<JudgedExchange | undefined>;
  /** Tells of a row that is new or has changed; the function it gives ends that. */
  onRow(listener: (id: number) => void): () => void;
};

/** Every exchange with its bodies, one after the other. */
export async function* allExchanges(
  source: Pick<RowSource, 'rows' | 'exchange'>,
): AsyncGenerator<JudgedExchange> {
  for (const { id } of source.rows()) {
    const exchange = await source.exchange(id);
    if (exchange !== undefined) yield exchange;
  }
}
