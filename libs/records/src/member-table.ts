import { isTelling, saysNothing } from './member-names.js';

/** Keys and values of one structured body, as ranges of its bytes, in an order of their own. */
export class MemberTable {
  readonly capacity: number;
  readonly keyStart: Uint32Array;
  readonly keyEnd: Uint32Array;
  /** Values with their quotes. */
  readonly valueStart: Uint32Array;
  readonly valueEnd: Uint32Array;
  /** 1 for members that tell events apart, by their key and because they say something: see `member-names.ts`. */
  readonly tells: Uint8Array;
  /** Members in the order in which they are to be written. */
  readonly order: Uint8Array;
  count = 0;

  /** @param capacity at most 256 */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.keyStart = new Uint32Array(capacity);
    this.keyEnd = new Uint32Array(capacity);
    this.valueStart = new Uint32Array(capacity);
    this.valueEnd = new Uint32Array(capacity);
    this.tells = new Uint8Array(capacity);
    this.order = new Uint8Array(capacity);
  }

  /** Appends a member; the caller has checked that there is room. */
  push(bytes: Uint8Array, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const i = this.count;
    this.keyStart[i] = keyStart;
    this.keyEnd[i] = keyEnd;
    this.valueStart[i] = valueStart;
    this.valueEnd[i] = valueEnd;
    const tells = isTelling(bytes, keyStart, keyEnd) && !saysNothing(bytes, valueStart, valueEnd);
    this.tells[i] = tells ? 1 : 0;
    this.order[i] = i;
    this.count = i + 1;
  }

  /** Puts members `from` to `to` in order of their keys, by insertion: they are few, and mostly in order already. */
  sort(bytes: Uint8Array, from: number, to: number): void {
    const { order } = this;
    for (let i = from + 1; i < to; i++) {
      const member = order[i] ?? 0;
      let at = i;
      for (; at > from && this.#compareKeys(bytes, order[at - 1] ?? 0, member) > 0; at--)
        order[at] = order[at - 1] ?? 0;
      order[at] = member;
    }
  }

  #compareKeys(bytes: Uint8Array, a: number, b: number): number {
    const startA = this.keyStart[a] ?? 0;
    const startB = this.keyStart[b] ?? 0;
    const lengthA = (this.keyEnd[a] ?? 0) - startA;
    const lengthB = (this.keyEnd[b] ?? 0) - startB;
    for (let i = 0; i < lengthA && i < lengthB; i++) {
      const difference = (bytes[startA + i] ?? 0) - (bytes[startB + i] ?? 0);
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }
}
