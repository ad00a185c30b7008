/** Kinds of secrets and personal data, the most specific first; groups named `keep` stay. */
const detectors: readonly (readonly [kind: string, pattern: RegExp])[] = [
  [
    'private-key',
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,10000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
  ],
  ['jwt', /\beyJ[\w-]{8,4000}\.[\w-]{8,4000}\.[\w-]{0,4000}/g],
  [
    'cloud-key',
    /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{35}\b|\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bxox[abprs]-[\w-]{10,200}|\bsk-[\w-]{20,200}/g,
  ],
  ['credential', /(?<keep>\b(?:bearer|basic)\s{1,5})[\w+/=.~-]{8,4000}/gi],
  ['credential', /(?<keep>:\/\/)[^\s/:@]{1,200}:[^\s/@]{1,200}(?=@)/g],
  [
    'credential',
    /(?<keep>\b[\w-]{0,40}(?:password|passwd|pwd|secret|token|api[_-]?key|authorization|cookie)["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"',;&}\]]{1,500}/gi,
  ],
  ['email', /\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}\b/g],
  ['card', /\b\d(?:[ -]?\d){12,18}\b/g],
  ['ip', /\b(?:\d{1,3}\.){3}\d{1,3}\b/g],
  ['ip', /(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,5}(?![\w:])/gi],
];

/** Longer runs of mixed letters and digits are keys or hashes; both are no use to a reader. */
const longRun = /\b(?=[\w+/-]*\d)(?=[\w+/-]*[A-Za-z])[A-Za-z0-9+/_-]{32,4000}={0,2}/g;

/**
 * Replaces what should not leave by stand-ins such as `<ip-1>`: the same value has the same one, so that a story keeps its
 * threads, and {@link restore} puts the values back into the answer.
 */
export class Redactor {
  readonly #standInByValue = new Map<string, string>();
  readonly #countByKind = new Map<string, number>();

  redact(text: string): string {
    let result = text;
    for (const [kind, pattern] of detectors) {
      result = result.replaceAll(pattern, (match, ...rest: unknown[]) => {
        const groups = rest.at(-1) as { readonly keep?: string } | string;
        const keep = typeof groups === 'object' ? (groups.keep ?? '') : '';
        const value = match.slice(keep.length);
        if (value.startsWith('<') || (kind === 'card' && !isCardNumber(value))) return match;
        return keep + this.#standIn(kind, value);
      });
    }
    return result.replaceAll(longRun, (value) => this.#standIn('key', value));
  }

  /** Puts the values back; stand-ins that were never given out stay as they are. */
  restore(text: string): string {
    const valueByStandIn = new Map([...this.#standInByValue].map(([value, standIn]) => [standIn, value]));
    return text.replaceAll(/<[a-z-]{1,20}-\d{1,6}>/g, (standIn) => valueByStandIn.get(standIn) ?? standIn);
  }

  /** How many values of each kind have a stand-in. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#countByKind);
  }

  #standIn(kind: string, value: string): string {
    const known = this.#standInByValue.get(value);
    if (known !== undefined) return known;
    const number = (this.#countByKind.get(kind) ?? 0) + 1;
    const standIn = `<${kind}-${number}>`;
    this.#countByKind.set(kind, number);
    this.#standInByValue.set(value, standIn);
    return standIn;
  }
}

/** Checks the last digit. Source: Luhn 1954. */
function isCardNumber(text: string): boolean {
  const digits = Array.from(text.replaceAll(/\D/g, ''), Number).toReversed();
  const sum = digits.reduce((total, digit, i) => {
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
