/** Lines that a sender was told are safe, by stream: their numbers are 0 to `acknowledged - 1`. */
export type Acknowledged = ReadonlyMap<string, number>;

/** What the store holds of one stream. */
export interface StoredStream {
  readonly stream: string;
  readonly rows: number;
  /** Different numbers among them. */
  readonly different: number;
  readonly highest: number;
  /** Rows that lie behind one with a higher number. */
  readonly late: number;
}

/** How what is stored differs from what was acknowledged; all zero when every promise was kept. */
export interface Verdict {
  readonly lost: number;
  readonly twice: number;
  readonly outOfOrder: number;
  /** Stored, and never acknowledged. */
  readonly unknown: number;
}

/** Compares; the sender goes on with a number only when the one before is safe, so numbers have no gaps. */
export function judge(acknowledged: Acknowledged, stored: readonly StoredStream[]): Verdict {
  const byStream = new Map(stored.map((one) => [one.stream, one]));
  let lost = 0;
  for (const [stream, lines] of acknowledged)
    lost += Math.max(0, lines - (byStream.get(stream)?.different ?? 0));
  return {
    lost,
    twice: stored.reduce((sum, { rows, different }) => sum + rows - different, 0),
    outOfOrder: stored.reduce((sum, { late }) => sum + late, 0),
    unknown: stored.reduce(
      (sum, { stream, highest }) => sum + Math.max(0, highest + 1 - (acknowledged.get(stream) ?? 0)),
      0,
    ),
  };
}

/** A line that says which it is. */
export function lineOf(stream: string, number: number): string {
  return `${new Date().toISOString()} INFO step ${number} of ${stream} done in ${(number * 7) % 90} ms\n`;
}

/**
 * Asks a store for the numbers of all streams, one stream after the other: a store answers within bounds of memory.
 *
 * @throws Error where the store does not answer
 */
export async function storedStreams(storeUrl: string, streams: Iterable<string>): Promise<StoredStream[]> {
  const stored: StoredStream[] = [];
  for (const stream of streams) {
    const query = `SELECT extract(body, 'step ([0-9]+) of') FROM events WHERE service = '${stream}' ORDER BY lane, sequence, row_index FORMAT TSV`;
    const response = await fetch(storeUrl, { method: 'POST', body: query });
    const text = await response.text();
    if (!response.ok) throw new Error(`the store answered ${response.status}: ${text}`);
    stored.push(
      readStream(
        stream,
        text
          .split('\n')
          .filter((line) => line !== '')
          .map(Number),
      ),
    );
  }
  return stored;
}

/** What the numbers of a stream say, in the order in which they are stored. */
export function readStream(stream: string, numbers: readonly number[]): StoredStream {
  let highest = -1;
  let late = 0;
  for (const number of numbers) {
    if (number < highest) late += 1;
    highest = Math.max(highest, number);
  }
  return { stream, rows: numbers.length, different: new Set(numbers).size, highest, late };
}
