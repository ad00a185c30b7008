import type { EventJson } from '@culprit/service-query/module';

/** One line of the raw stream as it is shown: a record of several lines has several. */
export interface StreamLine {
  readonly event: EventJson;
  /** Index of the line in its record; 0 carries time and severity. */
  readonly index: number;
  readonly text: string;
}

const maxCharacters = 4_000;

/** Records as lines, so that all have the same height and 100,000 of them scroll like ten. O(characters). */
export function linesOf(events: readonly EventJson[]): readonly StreamLine[] {
  return events.flatMap((event) =>
    event.body.split('\n').map((text, index) => ({ event, index, text: cut(text) })),
  );
}

function cut(text: string): string {
  if (text.length <= maxCharacters) return text;
  return `${text.slice(0, maxCharacters)} … ${text.length - maxCharacters} more characters`;
}
