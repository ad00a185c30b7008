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

const perStream = `
SELECT stream, count() AS rows, uniqExact(number) AS different, max(number) AS highest, sum(is_late) AS late
FROM (
  SELECT stream, number, number < max(number) OVER (
    PARTITION BY stream ORDER BY lane, sequence, row_index ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS is_late
  FROM (
    SELECT extract(body, 'of (s[0-9]+) done') AS stream, toUInt64OrZero(extract(body, 'step ([0-9]+) of')) AS number,
      lane, sequence, row_index
    FROM events WHERE body LIKE '% of s% done in %'))
GROUP BY stream
SETTINGS output_format_json_quote_64bit_integers = 0
FORMAT JSONEachRow`;

/** Asks a store for all streams. */
export async function storedStreams(storeUrl: string): Promise<StoredStream[]> {
  const response = await fetch(storeUrl, { method: 'POST', body: perStream });
  const text = await response.text();
  if (!response.ok) throw new Error(`the store answered ${response.status}: ${text}`);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StoredStream);
}
