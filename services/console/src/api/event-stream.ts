/** One server-sent event. */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/**
 * Reads server-sent events from text that comes in pieces: give it a piece, get the events that are complete.
 * Understands what our server writes: `id`, `event` and `data` of one line each, comments, line feeds.
 * Source: HTML Living Standard, 9.2.6.
 */
export function createEventStreamReader(): (piece: string) => readonly StreamEvent[] {
  let rest = '';
  return (piece) => {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop() ?? '';
    return blocks.flatMap(parseBlock);
  };
}

function parseBlock(block: string): readonly StreamEvent[] {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''));
  }
  const data = fields.get('data');
  return data === undefined
    ? []
    : [{ id: fields.get('id') ?? '', type: fields.get('event') ?? 'message', data }];
}
