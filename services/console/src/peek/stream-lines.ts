import type { EventJson } from '@culprit/service-query/module';

/** One line of the raw stream as it is shown: a record of several lines has several. */
export interface StreamLine {
  readonly event: EventJson;
  /** Index of the line in its record; 0 carries time and severity. */
  readonly index: number;
  readonly text: string;
}

const maxCharacters = 4_000;

/** What was made of a page that is still shown: a further page must not make all before it anew. */
const known = new WeakMap<readonly EventJson[], readonly StreamLine[]>();

/**
 * Records of a page as lines, so that all have the same height and 100,000 of them scroll like ten. O(characters), once
 * for each page.
 */
export function linesOf(events: readonly EventJson[]): readonly StreamLine[] {
  const made = known.get(events);
  if (made !== undefined) return made;
  const lines = events.flatMap((event) =>
    event.body.split('\n').map((text, index) => ({ event, index, text: cut(text) })),
  );
  known.set(events, lines);
  return lines;
}

function cut(text: string): string {
  if (text.length <= maxCharacters) return text;
  return `${text.slice(0, maxCharacters)} … ${text.length - maxCharacters} more characters`;
}
