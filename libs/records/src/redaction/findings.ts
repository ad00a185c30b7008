import type { SecretKind } from './secret-kind.js';

/** Ranges of bytes that are secrets, in order and apart from each other; reused from line to line. */
export class Findings {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly kinds: SecretKind[] = [];
  /** Finding i stands where JSON wants a value but is not in quotes. */
  readonly isBare: boolean[] = [];
  /** A private key begins here and does not end here. */
  hasOpenKey = false;

  get count(): number {
    return this.starts.length;
  }

  /** Where the last finding ends; nothing before it may be found again. */
  get end(): number {
    return this.ends.at(-1) ?? 0;
  }

  clear(): void {
    this.hasOpenKey = false;
    this.starts.length = 0;
    this.ends.length = 0;
    this.kinds.length = 0;
    this.isBare.length = 0;
  }

  add(start: number, end: number, kind: SecretKind, isBare = false): void {
    this.starts.push(start);
    this.ends.push(end);
    this.kinds.push(kind);
    this.isBare.push(isBare);
  }
}
