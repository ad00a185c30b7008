const minuteMillis = 60_000;
const dayMillis = 86_400_000;

/**
 * Reads a time as people say it: `14:05`, `14:05 yesterday`, `20 min ago`, `2 hours ago`, `now`, `2026-11-24 14:05`,
 * with seconds where somebody knows them. A time of day alone is the latest one that is not ahead of `now`.
 *
 * @param text what was typed
 * @param now epoch milliseconds that "ago" and "yesterday" count from
 * @param offsetMillis what the reader's clock is ahead of UTC
 * @returns epoch milliseconds; undefined when nothing was understood
 */
export function parseNamedTime(text: string, now: number, offsetMillis: number): number | undefined {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/^(?:around|at|about)\s+/, '');
  if (words === 'now') return now;
  return parseAgo(words, now) ?? parseDate(words, offsetMillis) ?? parseClock(words, now, offsetMillis);
}

const millisByUnit: Readonly<Record<string, number>> = {
  s: 1_000,
  m: minuteMillis,
  h: 60 * minuteMillis,
  d: dayMillis,
};

function parseAgo(words: string, now: number): number | undefined {
  const match = /^(\d{1,5})\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?) ago$/.exec(words);
  const unit = millisByUnit[match?.[2]?.[0] ?? ''];
  return match === null || unit === undefined ? undefined : now - Number(match[1]) * unit;
}

function parseDate(words: string, offsetMillis: number): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2})?)(z?)$/.exec(words);
  if (match === null) return undefined;
  const millis = Date.parse(`${match[1]}T${match[2]}Z`);
  if (Number.isNaN(millis)) return undefined;
  return match[3] === 'z' ? millis : millis - offsetMillis;
}

function parseClock(words: string, now: number, offsetMillis: number): number | undefined {
  const match =
    /^(?:(today|yesterday)\s+(?:at\s+)?)?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s+(today|yesterday))?$/.exec(
      words,
    );
  if (match === null) return undefined;
  const [hour, minute, second] = [match[2], match[3], match[4] ?? '0'].map(Number);
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const midnight = Math.floor((now + offsetMillis) / dayMillis) * dayMillis - offsetMillis;
  const today = midnight + (hour * 60 + minute) * minuteMillis + second * 1_000;
  const day = match[1] ?? match[5];
  if (day === 'today') return today;
  return day === 'yesterday' || today > now ? today - dayMillis : today;
}
