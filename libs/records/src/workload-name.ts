/**
 * Alphabet of the suffixes that Kubernetes generates: no vowels, so that no words appear, and no 0, 1, 3.
 * Source: k8s.io/apimachinery/pkg/util/rand.
 */
const GENERATED = /^[bcdfghjklmnpqrstvwxz2456789]+$/;
const DIGITS = /^[0-9]+$/;
const UUID_SUFFIX = /-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Five-letter words that happen to use the generated alphabet only. */
const vowellessWords: ReadonlySet<string> = new Set(['httpd', 'https', 'mssql', 'dhcpd', 'xhtml', 'cfssl']);

/** More segments than this are never per-run parts; it also bounds the work for hostile names. */
const maxStrippedSegments = 4;

/**
 * The stable part of a pod name: without replica-set hash, generated suffix, ordinal, job stamp, uuid, node name or
 * other parts that look drawn by lot. At least one segment always remains.
 *
 * @param pod  a pod name, for example `carts-5b79655688-rvlsc`
 * @param host node the pod runs on, as static pods end in it; empty when unknown
 * Rules: Kubernetes naming (deployment `name-hash-xxxxx`, job and daemon set `name-xxxxx`, stateful set `name-N`, cron
 * job `name-minutes-xxxxx`), then {@link looksRandom} for what controllers and tools append themselves. O(length).
 */
export function workloadOfPod(pod: string, host = ''): string {
  let name = host !== '' && pod.endsWith(`-${host}`) ? pod.slice(0, -host.length - 1) : pod;
  name = name.replace(UUID_SUFFIX, '');
  const segments = name.split('-');
  const last = segments.at(-1) ?? '';
  const isGenerated = segments.length > 1 && isGeneratedSuffix(last, segments.at(-2) ?? '');
  if (isGenerated) segments.pop();
  else if (segments.length > 1 && DIGITS.test(last) && last.length <= 5) segments.pop();
  if (isGenerated && segments.length > 1 && isTemplateHash(segments.at(-1) ?? '')) segments.pop();
  return stripRandomSegments(segments).join('-');
}

/** The stable part of a name that a job, replica set or container may carry: parts drawn by lot are cut off its end. */
export function stableName(name: string): string {
  return stripRandomSegments(name.replace(UUID_SUFFIX, '').split('-')).join('-');
}

function stripRandomSegments(segments: string[]): string[] {
  for (let i = 0; i < maxStrippedSegments && segments.length > 1; i++) {
    if (!looksRandom(segments.at(-1) ?? '')) break;
    segments.pop();
  }
  return segments;
}

function isGeneratedSuffix(last: string, before: string): boolean {
  if (last.length !== 5 || !GENERATED.test(last) || DIGITS.test(last)) return isAllDigitSuffix(last, before);
  return isTemplateHash(before) || !vowellessWords.has(last);
}

/** A generated suffix may consist of digits only; beside a template hash it is one, elsewhere it is an ordinal. */
function isAllDigitSuffix(last: string, before: string): boolean {
  return last.length === 5 && GENERATED.test(last) && isTemplateHash(before);
}

/** Hash of a pod template: 8-10 characters of the generated alphabet, or the decimal and hex forms of old releases. */
function isTemplateHash(segment: string): boolean {
  if (segment.length < 6 || segment.length > 10) return false;
  if (DIGITS.test(segment)) return segment.length >= 8;
  if (!/[0-9]/.test(segment)) return segment.length >= 8 && GENERATED.test(segment);
  return GENERATED.test(segment) || (segment.length >= 8 && /^[0-9a-f]+$/.test(segment));
}

/**
 * True when a name segment was drawn by lot rather than written by a person: a long number, hex with digits, letters
 * and digits in turn, or a run of consonants that no word has.
 */
export function looksRandom(segment: string): boolean {
  if (segment.length < 5 || /^v[0-9]/.test(segment)) return false;
  if (DIGITS.test(segment)) return segment.length >= 7;
  if (!/^[a-z0-9]+$/.test(segment)) return false;
  const digits = segment.replace(/[^0-9]/g, '').length;
  if (digits === 0) return segment.length >= 6 && longestConsonantRun(segment) >= 5;
  const hasVowel = /[aeiouy]/.test(segment);
  const changes = (segment.match(/[a-z][0-9]|[0-9][a-z]/g) ?? []).length + overlappingChanges(segment);
  if (!hasVowel && GENERATED.test(segment) && changes >= 2) return true;
  if (segment.length >= 8 && /^[0-9a-f]+$/.test(segment)) return digits >= 2 && changes >= 2;
  return segment.length >= 8 && digits >= 2 && changes >= 3;
}

/** The pattern above consumes two characters at a time and misses a change that shares one, as in `a1b`. */
function overlappingChanges(segment: string): number {
  return (segment.match(/(?<=[a-z])[0-9](?=[a-z])|(?<=[0-9])[a-z](?=[0-9])/g) ?? []).length;
}

function longestConsonantRun(segment: string): number {
  return Math.max(0, ...(segment.match(/[^aeiouy0-9]+/g) ?? []).map((run) => run.length));
}
