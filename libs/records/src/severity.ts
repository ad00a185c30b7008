/**
 * OpenTelemetry severity numbers of level words, letters and numbers.
 * Source: OpenTelemetry log data model, "Mapping of SeverityNumber" (appendix B for syslog).
 */
const severityByWord: ReadonlyMap<string, number> = new Map([
  ['trace', 1],
  ['finest', 1],
  ['trc', 1],
  ['verbose', 2],
  ['finer', 2],
  ['vrb', 2],
  ['fine', 5],
  ['debug', 5],
  ['dbg', 5],
  ['dbug', 5],
  ['debu', 5],
  ['config', 8],
  ['info', 9],
  ['information', 9],
  ['informational', 9],
  ['inf', 9],
  ['log', 9],
  ['note', 9],
  ['system', 9],
  ['notice', 10],
  ['ntc', 10],
  ['success', 9],
  ['warn', 13],
  ['warning', 13],
  ['wrn', 13],
  ['err', 17],
  ['error', 17],
  ['eror', 17],
  ['erro', 17],
  ['severe', 17],
  ['fail', 17],
  ['failure', 17],
  ['crit', 18],
  ['critical', 18],
  ['alert', 19],
  ['fatal', 21],
  ['ftl', 21],
  ['fata', 21],
  ['panic', 21],
  ['dpanic', 21],
  ['pani', 21],
  ['emerg', 21],
  ['emergency', 21],
]);

const severityOfSyslog = [21, 19, 18, 17, 13, 10, 9, 5] as const;

const longestWord = 13;

/** One slot per (length, first letter): few enough candidates to compare bytes with, none for most words. */
const candidates: (readonly { readonly bytes: Uint8Array; readonly severity: number }[] | undefined)[] = [];
for (const [word, severity] of severityByWord) {
  const bytes = Uint8Array.from(word, (letter) => letter.charCodeAt(0));
  const slot = word.length * 32 + ((bytes[0] ?? 0) & 31);
  candidates[slot] = [...(candidates[slot] ?? []), { bytes, severity }];
}

/** Severity 1..24 of the word in `bytes[start, end)`, any case; 0 when it is no level word. O(length). */
export function severityOfWord(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 3 || length > longestWord) return 0;
  const first = (bytes[start] ?? 0) | 0x20;
  if (first < 0x61 || first > 0x7a) return 0;
  const slot = candidates[length * 32 + (first & 31)];
  if (slot === undefined) return 0;
  for (const { bytes: word, severity } of slot) {
    let i = 1;
    while (i < length && ((bytes[start + i] ?? 0) | 0x20) === word[i]) i += 1;
    if (i === length) return severity;
  }
  return 0;
}

/** Severity of a one-letter level as klog, logcat and MongoDB write it; 0 for other letters. */
export function severityOfLetter(letter: number): number {
  switch (letter) {
    case 0x56: // V
    case 0x54: // T
      return 1;
    case 0x44: // D
      return 5;
    case 0x49: // I
      return 9;
    case 0x4e: // N
      return 10;
    case 0x57: // W
      return 13;
    case 0x45: // E
      return 17;
    case 0x43: // C
      return 18;
    case 0x46: // F
      return 21;
    default:
      return 0;
  }
}

/** Severity of a syslog priority value or of its severity digit (0 emergency .. 7 debug). Source: RFC 5424, 6.2.1. */
export function severityOfSyslogPriority(priority: number): number {
  return severityOfSyslog[priority & 7] ?? 0;
}

/**
 * Severity of a numeric level: 10..60 as pino and bunyan count, 0..7 as syslog counts; 0 for anything else.
 */
export function severityOfNumber(level: number): number {
  if (level >= 10 && level <= 69) return [1, 1, 5, 9, 13, 17, 21][Math.floor(level / 10)] ?? 0;
  return level >= 0 && level <= 7 ? severityOfSyslogPriority(level) : 0;
}

/** Severity of a level value as text: a word, a single letter or a number; 0 when it is none. */
export function severityOfValue(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 1 && severityOfLetter((bytes[start] ?? 0) & 0xdf) > 0) {
    return severityOfLetter((bytes[start] ?? 0) & 0xdf);
  }
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9 || i - start > 3) return severityOfWord(bytes, start, end);
    value = value * 10 + digit;
  }
  return end > start ? severityOfNumber(value) : 0;
}
