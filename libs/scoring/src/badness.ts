import { errorSeverity } from '@culprit/kernel';

/** Bits that words of trouble add, whatever program writes them. Lower case, split at case changes and punctuation. */
const bitsByWord: ReadonlyMap<string, number> = new Map([
  ...words(
    3,
    'panic panicked fatal segfault sigsegv sigabrt oom oomkilled oomkilling crashloopbackoff crashed crash coredump',
  ),
  ...words(
    2,
    'error errors err exception exceptions traceback failed failure failures fail abort aborted critical emergency',
  ),
  ...words(
    1.5,
    'refused timeout timedout unavailable unreachable unhealthy evicted killed denied deadlock corrupt corrupted',
  ),
  ...words(
    1,
    'unable cannot invalid rejected lost broken exceeded exhausted missing warning warn unexpected backoff conflict',
  ),
]);

/** Pairs that mean trouble only together. */
const bitsByPair: ReadonlyMap<string, number> = new Map([
  ['timed out', 1.5],
  ['no space', 2],
  ['out of', 1],
  ['of memory', 2],
  ['not found', 1],
  ['reset by', 1],
  ['could not', 1],
  ['not responding', 1.5],
]);

const negations: ReadonlySet<string> = new Set(['0', 'no', 'without', 'zero', 'ignore', 'ignoring']);
const emptyValues: ReadonlySet<string> = new Set(['0', 'null', 'nil', 'none', 'false', 'no', 'undefined']);
const countedWords: ReadonlySet<string> = new Set([
  'err',
  'error',
  'errors',
  'failed',
  'failures',
  'exceptions',
  'warning',
]);
const statusWords: ReadonlySet<string> = new Set([
  'status',
  'code',
  'statuscode',
  'http',
  'response',
  'returned',
]);
const scannedCharacters = 2_048;

/** What a line says about itself. */
export interface BadnessInput {
  /** OpenTelemetry severity 1..24, 0 unknown. */
  readonly severity: number;
  readonly text: string;
  readonly hasStackTrace: boolean;
}

/**
 * How bad a line says it is, in bits of prior weight.
 *
 * Level and text corroborate each other: the larger counts in full. Words in a line whose own level says "fine" count
 * little, since settings and names are full of them; a stack trace counts whatever the level says.
 *
 * @returns -1 (debug) .. 8 (fatal with an out-of-memory text)
 */
export function badnessOf(input: BadnessInput): number {
  const level = levelBits(input.severity);
  const stack = input.hasStackTrace ? 2 : 0;
  const text = textBits(input.text);
  const trust = input.severity > 0 && input.severity < 13 && stack === 0 ? 0.75 : 1;
  return Math.min(
    8,
    Math.max(level, text > 0 ? text * trust : -1) + Math.max(stack, level >= 4 && text > 0 ? 0.5 : 0),
  );
}

function levelBits(severity: number): number {
  if (severity >= 21) return 6;
  if (severity >= errorSeverity) return 4;
  if (severity >= 13) return 2;
  if (severity >= 1 && severity <= 8) return -1;
  return 0;
}

function textBits(text: string): number {
  const tokens = splitWords(text);
  let best = 0;
  for (let i = 0; i < tokens.length; i++) {
    const word = tokens[i] ?? '';
    const before = tokens[i - 1] ?? '';
    const after = tokens[i + 1] ?? '';
    const bits = bitsByWord.get(word) ?? 0;
    if (bits > best && !negations.has(before) && !(countedWords.has(word) && emptyValues.has(after)))
      best = bits;
    const pair = bitsByPair.get(`${before} ${word}`) ?? 0;
    if (pair > best) best = pair;
    if (best < 1.5 && isServerError(word) && statusWords.has(before)) best = 1.5;
  }
  return best;
}

function isServerError(word: string): boolean {
  return word.length === 3 && word.charCodeAt(0) === 53 && word >= '500' && word <= '599';
}

/** Words of the first part of a text: runs of letters or of digits, split where lower case turns into upper case. */
function splitWords(text: string): string[] {
  const tokens: string[] = [];
  const end = Math.min(text.length, scannedCharacters);
  let start = -1;
  let previous = 0;
  for (let i = 0; i <= end; i++) {
    const kind = i === end ? 0 : characterKind(text.charCodeAt(i));
    const isBoundary = kind === 0 || (previous !== 0 && kind !== previous && !(previous === 2 && kind === 1));
    if (start >= 0 && isBoundary) {
      tokens.push(text.slice(start, i).toLowerCase());
      start = -1;
    }
    if (start < 0 && kind !== 0) start = i;
    previous = kind;
  }
  return tokens;
}

/** 0 separator, 1 lower case or underscore (so that `read_timeout` stays a name), 2 upper case, 3 digit. */
function characterKind(code: number): number {
  if ((code >= 97 && code <= 122) || code === 95) return 1;
  if (code >= 65 && code <= 90) return 2;
  return code >= 48 && code <= 57 ? 3 : 0;
}

function words(bits: number, list: string): [string, number][] {
  return list.split(' ').map((word) => [word, bits]);
}
