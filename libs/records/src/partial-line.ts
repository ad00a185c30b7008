import type { StreamState } from './assembler-snapshot.js';

/** Adds a part of a line that the container engine cut, as far as `maxBytes` allow. O(length so far). */
export function appendPartial(state: StreamState, part: Uint8Array, maxBytes: number): void {
  const before = state.partial ?? new Uint8Array(0);
  const room = Math.max(0, Math.min(part.length, maxBytes - before.length));
  const joined = new Uint8Array(before.length + room);
  joined.set(before);
  joined.set(part.subarray(0, room), before.length);
  state.partial = joined;
  state.partialLines += 1;
}

/** The line is complete or given up. */
export function clearPartial(state: StreamState): void {
  state.partial = undefined;
  state.partialLines = 0;
}
