import { createEventStreamReader, type StreamEvent } from './event-stream.js';
import { ask } from './request.js';

/** What the server tells about a report. */
export interface ReportChange {
  readonly incidentId: string;
  readonly revision: number;
  readonly isNew: boolean;
}

/** Who wants to know. */
export interface ReportFollower {
  onChange(change: ReportChange): void;
  /** What is shown may be out of date: read it again. */
  onReset(): void;
  onConnection(isOpen: boolean): void;
}

const firstRetryMs = 1_000;
const lastRetryMs = 30_000;

/**
 * Follows new and changed reports until stopped, while the page is seen. After a lost connection it goes on where it was;
 * the wait doubles up to 30 s. (`EventSource` cannot send a token, so this reads the stream itself.)
 *
 * @returns stops it
 */
export function followReports(follower: ReportFollower): () => void {
  const stopping = new AbortController();
  void follow(follower, stopping.signal);
  return () => stopping.abort();
}

async function follow(follower: ReportFollower, signal: AbortSignal): Promise<void> {
  let lastEventId = '';
  let retryMs = firstRetryMs;
  while (!signal.aborted) {
    await untilVisible();
    try {
      for await (const event of readStream(lastEventId, AbortSignal.any([signal, whenHidden()]))) {
        retryMs = firstRetryMs;
        lastEventId = event.id;
        tell(follower, event);
      }
    } catch {
      // Lost or refused: what matters is said by the requests that fail beside it.
    }
    if (signal.aborted) return;
    if (document.hidden) continue;
    follower.onConnection(false);
    await new Promise((done) => setTimeout(done, retryMs));
    retryMs = Math.min(2 * retryMs, lastRetryMs);
  }
}

/** A browser has few connections for one server: a tab that nobody sees holds none. */
function untilVisible(): Promise<void> {
  return new Promise((done) => {
    if (document.hidden) document.addEventListener('visibilitychange', () => done(), { once: true });
    else done();
  });
}

function whenHidden(): AbortSignal {
  const hiding = new AbortController();
  document.addEventListener('visibilitychange', () => hiding.abort(), { once: true });
  return hiding.signal;
}

async function* readStream(lastEventId: string, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const headers: Record<string, string> = lastEventId === '' ? {} : { 'last-event-id': lastEventId };
  const { body } = await ask('incidents/stream', { headers, signal });
  if (body === null) return;
  const read = createEventStreamReader();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield* read(piece.value);
}

function tell(follower: ReportFollower, event: StreamEvent): void {
  follower.onConnection(true);
  if (event.type === 'reset') follower.onReset();
  if (event.type === 'report') follower.onChange(JSON.parse(event.data) as ReportChange);
}
