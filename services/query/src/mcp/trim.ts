/** What an answer for a model may hold at most, in characters of JSON. */
export interface Bounds {
  readonly total: number;
  readonly text: number;
}

/** Enough for a report or fifty lines; a model reads all of it at every step that follows. */
export const defaultBounds: Bounds = { total: 24_000, text: 1_000 };

/**
 * JSON of an answer within bounds: long texts are cut, then lists lose their last members, the longest list first, until
 * it fits. Whatever is cut is said, in the text or in `leftOut`.
 *
 * `<` is written as an escape, so that no text can end the mark that the answer stands in. O(size · log members)
 */
export function trimmedJson(value: Readonly<Record<string, unknown>>, bounds = defaultBounds): string {
  const short = cutTexts(value, bounds.text) as Record<string, unknown>;
  const leftOut: Record<string, number> = {};
  for (let json = write(short, leftOut); ; json = write(short, leftOut)) {
    if (json.length <= bounds.total) return json;
    const longest = longestList(short);
    if (longest === undefined) return json.slice(0, bounds.total);
    const { name, list } = longest;
    const keep = Math.min(list.length - 1, Math.floor((list.length * bounds.total) / json.length));
    leftOut[name] = (leftOut[name] ?? 0) + list.length - keep;
    short[name] = list.slice(0, keep);
  }
}

function write(value: Readonly<Record<string, unknown>>, leftOut: Readonly<Record<string, number>>): string {
  const whole = Object.keys(leftOut).length === 0 ? value : { ...value, leftOut };
  return JSON.stringify(whole).replaceAll('<', String.raw`\u003c`);
}

/** Only lists of the outermost object: these are what was asked for. */
function longestList(value: Readonly<Record<string, unknown>>) {
  let longest:
    { readonly name: string; readonly list: readonly unknown[]; readonly size: number } | undefined;
  for (const [name, list] of Object.entries(value)) {
    if (!Array.isArray(list) || list.length === 0) continue;
    const size = JSON.stringify(list).length;
    if (longest === undefined || size > longest.size) longest = { name, list, size };
  }
  return longest;
}

function cutTexts(value: unknown, limit: number): unknown {
  if (typeof value === 'string') {
    if (value.length <= limit) return value;
    return `${value.slice(0, limit).toWellFormed()}… (${value.length - limit} more characters)`;
  }
  if (Array.isArray(value)) return value.map((one) => cutTexts(one, limit));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, cutTexts(member, limit)]));
}
