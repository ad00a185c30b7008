import { DIGIT, JOINT, LETTER, hasText, isOf, skipOver } from './byte-classes.js';
import type { Detector, Span } from './detector.js';

/** A token that says itself what it is: its first characters, and what must follow. */
interface TokenPrefix {
  readonly text: string;
  /** Bytes after the prefix, at least. */
  readonly minBytes: number;
  /** Exactly so many, all upper case letters and digits. */
  readonly isUpperAlone?: true;
}

/**
 * Source: the issuers' documentation of their formats (AWS IAM identifiers, GitHub and GitLab token prefixes, Slack
 * token types, Stripe keys, Google API keys, npm, HashiCorp Vault, keys of hosted language models) and our own.
 */
const prefixes: readonly TokenPrefix[] = [
  { text: 'AKIA', minBytes: 16, isUpperAlone: true },
  { text: 'ASIA', minBytes: 16, isUpperAlone: true },
  { text: 'AIza', minBytes: 35 },
  { text: 'ghp_', minBytes: 20 },
  { text: 'gho_', minBytes: 20 },
  { text: 'ghu_', minBytes: 20 },
  { text: 'ghs_', minBytes: 20 },
  { text: 'ghr_', minBytes: 20 },
  { text: 'github_pat_', minBytes: 20 },
  { text: 'glpat-', minBytes: 16 },
  { text: 'xoxb-', minBytes: 16 },
  { text: 'xoxp-', minBytes: 16 },
  { text: 'xoxa-', minBytes: 16 },
  { text: 'xoxr-', minBytes: 16 },
  { text: 'xoxs-', minBytes: 16 },
  { text: 'sk_live_', minBytes: 16 },
  { text: 'rk_live_', minBytes: 16 },
  { text: 'sk_test_', minBytes: 16 },
  { text: 'sk-proj-', minBytes: 20 },
  { text: 'sk-ant-', minBytes: 20 },
  { text: 'npm_', minBytes: 30 },
  { text: 'hvs.', minBytes: 20 },
  { text: 'culprit_', minBytes: 60 },
];

/** The four characters of each prefix that are looked for: rare ones. */
const windows: Readonly<Record<string, string>> = {
  github_pat_: 'hub_',
  'glpat-': 'pat-',
  'xoxb-': 'oxb-',
  'xoxp-': 'oxp-',
  'xoxa-': 'oxa-',
  'xoxr-': 'oxr-',
  'xoxs-': 'oxs-',
  sk_live_: 'sk_l',
  rk_live_: 'rk_l',
  sk_test_: 'sk_t',
  'sk-proj-': 'sk-p',
  'sk-ant-': 'sk-a',
  culprit_: 'rit_',
};

/** Triggers and detectors of tokens that say what they are. */
export const markedTokens: readonly { readonly text: string; readonly detector: Detector }[] = prefixes.map(
  (prefix) => {
    const text = windows[prefix.text] ?? prefix.text;
    const back = prefix.text.indexOf(text) + text.length - 1;
    return { text, detector: detectorOf(prefix, back) };
  },
);

function detectorOf(prefix: TokenPrefix, back: number): Detector {
  return (span, at, found) => {
    const { bytes, end } = span;
    const start = at - back;
    if (start < Math.max(span.start, found.end) || !hasText(bytes, start, end, prefix.text)) return false;
    if (start > span.start && isOf(bytes, start - 1, LETTER | DIGIT)) return false;
    const valueEnd = endOfToken(span, start + prefix.text.length);
    const length = valueEnd - start - prefix.text.length;
    if (length < prefix.minBytes) return false;
    if (prefix.isUpperAlone === true && !(length === prefix.minBytes && isUpper(span, start, valueEnd)))
      return false;
    found.add(start, valueEnd, 'key');
    return true;
  };
}

/** Letters, digits, `_`, `-`; and dots, unless one ends the sentence. */
function endOfToken({ bytes, end }: Span, from: number): number {
  const stop = skipOver(bytes, from, end, LETTER | DIGIT | JOINT);
  return bytes[stop - 1] === 0x2e ? stop - 1 : stop;
}

function isUpper({ bytes }: Span, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (!isOf(bytes, i, DIGIT) && !(byte >= 0x41 && byte <= 0x5a)) return false;
  }
  return true;
}
