import { infiniteQueryOptions } from '@tanstack/react-query';
import type { EventJson } from '@culprit/service-query/module';
import { queryText, request } from './request.js';

/** Whose lines are shown: those of the same pod and container, or of everything of the log type. */
export type PeekScope = 'stream' | 'logType';

interface PeekPage {
  readonly events: readonly EventJson[];
  readonly hasEarlier: boolean;
  readonly hasLater: boolean;
}

/** Where a page of the stream lies from an event. */
interface PeekRange {
  readonly eventId: string;
  readonly before: number;
  readonly after: number;
}

const firstReach = 150;
const furtherReach = 500;

/** The raw stream round an event; further pages continue from the first and the last event that is known. */
export function peekQuery(eventId: string, scope: PeekScope) {
  const first: PeekRange = { eventId, before: firstReach, after: firstReach };
  return infiniteQueryOptions({
    queryKey: ['peek', eventId, scope],
    initialPageParam: first,
    queryFn: async ({ pageParam, signal }): Promise<PeekPage> => {
      const { before, after } = pageParam;
      const path = `events/${encodeURIComponent(pageParam.eventId)}/peek${queryText({ before, after, scope })}`;
      const { events } = await request<{ readonly events: readonly EventJson[] }>(path, { signal });
      const at = events.findIndex((event) => event.eventId === pageParam.eventId);
      return {
        // A further page starts from an event that is shown already.
        events: before > 0 && after > 0 ? events : events.filter((_, i) => i !== at),
        hasEarlier: at >= before && before > 0,
        hasLater: events.length - 1 - at >= after && after > 0,
      };
    },
    getPreviousPageParam: ({ events, hasEarlier }): PeekRange | undefined => {
      const earliest = events[0];
      if (!hasEarlier || earliest === undefined) return undefined;
      return { eventId: earliest.eventId, before: furtherReach, after: 0 };
    },
    getNextPageParam: ({ events, hasLater }): PeekRange | undefined => {
      const latest = events.at(-1);
      if (!hasLater || latest === undefined) return undefined;
      return { eventId: latest.eventId, before: 0, after: furtherReach };
    },
    staleTime: Infinity,
  });
}
