import type { Anomaly } from '@culprit/scoring';
import { timeOf } from './onset.js';

const maxGapMillis = 1_000;
const innermostBonus = [4, 2.5, 1.5] as const;
const verdictBonus = 3;
const plainFramePenalty = -2;

/**
 * Weighs the lines of stack traces that were logged line by line, each with a header of its own (Python under syslog or
 * a formatter). In such a trace the last frames are where it broke and the line after them is the verdict; the frames
 * above are machinery that every trace of the program shares.
 *
 * @param anomalies in order of time. O(n)
 */
export function traceBonuses(anomalies: readonly Anomaly[]): ReadonlyMap<Anomaly, number> {
  const bonuses = new Map<Anomaly, number>();
  const traceByLogType = new Map<string, { frames: Anomaly[]; last: number }>();
  for (const anomaly of anomalies) {
    const { logType } = anomaly.event.source;
    const time = timeOf(anomaly);
    let trace = traceByLogType.get(logType);
    if (trace !== undefined && time - trace.last > maxGapMillis) {
      settle(trace.frames, bonuses);
      trace = undefined;
    }
    const kind =
      anomaly.event.hasStackTrace && anomaly.event.body.includes('\n') ? 'other' : kindOf(anomaly.event.body);
    if (kind === 'other') continue;
    trace ??= { frames: [], last: time };
    trace.last = time;
    if (kind === 'verdict' && trace.frames.length > 0) bonuses.set(anomaly, verdictBonus);
    if (kind === 'frame') trace.frames.push(anomaly);
    traceByLogType.set(logType, trace);
  }
  for (const { frames } of traceByLogType.values()) settle(frames, bonuses);
  return bonuses;
}

function settle(frames: readonly Anomaly[], bonuses: Map<Anomaly, number>): void {
  frames
    .toReversed()
    .forEach((frame, index) => bonuses.set(frame, innermostBonus[index] ?? plainFramePenalty));
}

/** A frame names a file and a line; a verdict is `SomeError: text`. */
function kindOf(body: string): 'frame' | 'verdict' | 'other' {
  const text = body.slice(0, 1_024);
  const file = text.indexOf('File "');
  if (file >= 0 && text.indexOf('", line ', file) > file) return 'frame';
  for (const word of ['Error:', 'Exception:', 'Error\n', 'Exception\n']) {
    const at = text.indexOf(word);
    if (at > 0 && isLetter(text.charCodeAt(at - 1))) return 'verdict';
  }
  return 'other';
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
