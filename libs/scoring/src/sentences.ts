import type { RateFinding } from './rate.js';
import type { SilenceFinding } from './silence.js';

/** A length of time as people say it: `45 s`, `4 min`, `3 h`, `9 d`. */
export function formatDuration(seconds: number): string {
  const rounded = Math.max(1, Math.round(seconds));
  if (rounded < 120) return `${rounded} s`;
  if (rounded < 7_200) return `${Math.round(rounded / 60)} min`;
  if (rounded < 172_800) return `${Math.round(rounded / 3_600)} h`;
  return `${Math.round(rounded / 86_400)} d`;
}

/** Why a template never seen before is unusual. */
export function noveltySentence(learnedSeconds: number, isChanging: boolean): string {
  const since = `first time in ${formatDuration(learnedSeconds)} here`;
  return isChanging ? `${since}, while a new pod starts` : since;
}

/** Why a template that was new a moment ago is no slip. */
export function newcomerSentence(total: number, seconds: number): string {
  return `new ${formatDuration(seconds)} ago, ${total} times since`;
}

/** Why a known template that comes back is unusual. */
export function raritySentence(stretches: number, learnedSeconds: number, absentSeconds: number): string {
  if (absentSeconds >= 3_600) return `not seen for ${formatDuration(absentSeconds)}`;
  const times = Math.max(1, Math.round(stretches));
  return `rare here: ${times === 1 ? 'once' : `${times} times`} before in ${formatDuration(learnedSeconds)}`;
}

/** Why a count is unusual. */
export function rateSentence(finding: RateFinding): string {
  return `${finding.observed} a minute, usually ${formatCount(finding.expected)}`;
}

/** Why a log type reports too many failures. */
export function troubleSentence({ observed, expected }: RateFinding): string {
  const usual = expected < 0.5 ? 'hardly any' : formatCount(expected);
  return `${observed} failures a minute, usually ${usual}`;
}

/** Why an absence is unusual. */
export function silenceSentence(finding: SilenceFinding): string {
  const rhythm = finding.isPeriodic ? 'comes every' : 'usually comes every';
  return `stopped: ${rhythm} ${formatDuration(finding.usualSeconds)}, absent for ${formatDuration(finding.silentSeconds)}`;
}

/** Why it is unusual that a template stays away while its log type works on. */
export function missingSentence(expected: number, records: number): string {
  return `missing: ${formatCount(expected)} expected among the last ${formatCount(records)} records here, none came`;
}

/** Why the silence of a whole log type is unusual. */
export function logTypeSilenceSentence(finding: SilenceFinding): string {
  return `the whole log type stopped: usually a record every ${formatDuration(finding.usualSeconds)}, none for ${formatDuration(finding.silentSeconds)}`;
}

/** Why a value of a kind that never came is unusual. */
export function categorySentence(
  name: string | undefined,
  { value, usual }: { readonly value: string; readonly usual: string },
): string {
  const subject = name === undefined ? `\`${shorten(value)}\` here` : `\`${name}\` is ${shorten(value)}`;
  const stem = usual.endsWith('#') ? usual.slice(0, -1) : usual;
  if (stem === '') return `${subject}, so far always a number`;
  return `${subject}, so far mostly ${usual === stem ? stem : `${stem}…`}`;
}

/** Why a kind of value that came before is unusual when it comes often. */
export function mixSentence(
  name: string | undefined,
  { value, usualShare }: { readonly value: string; readonly usualShare: number },
): string {
  const subject = name === undefined ? `\`${shorten(value)}\` here` : `\`${name}\` is ${shorten(value)}`;
  return `${subject} again and again, so far in ${formatShare(usualShare)}`;
}

/** Why one amount is unusual. */
export function tailSentence(
  name: string | undefined,
  { observed, bound, share }: { readonly observed: string; readonly bound: string; readonly share: number },
): string {
  return `${name ?? 'value'} ${observed}, ${formatShare(share)} are under ${bound}`;
}

/** Why the amounts of the last while are unusual. */
export function shiftSentence(
  name: string | undefined,
  { observed, usual }: { readonly observed: string; readonly usual: string },
): string {
  return `${name ?? 'values'} about ${observed} lately, usually ${usual}`;
}

function shorten(value: string): string {
  return value.slice(0, 64);
}

function formatShare(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** What the line says about itself, empty where it says nothing. */
export function severitySentence(severity: number, badness: number, hasStackTrace: boolean): string {
  const level = severityWord(severity);
  if (severity >= 13) return hasStackTrace ? `${level} with a stack trace` : level;
  if (hasStackTrace) return 'has a stack trace';
  return badness >= 1 ? 'words of trouble' : '';
}

/** OpenTelemetry severity number as a word; empty for unknown. */
export function severityWord(severity: number): string {
  if (severity < 1) return '';
  return severityWords[Math.min(5, Math.floor((severity - 1) / 4))] ?? '';
}

const severityWords = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

function formatCount(count: number): string {
  if (count < 0.05) return 'none';
  return count < 10 ? String(Math.round(count * 10) / 10) : String(Math.round(count));
}
