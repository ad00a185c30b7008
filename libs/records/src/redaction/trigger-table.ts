/** Bytes of every trigger: the window that a scan moves over a line. */
export const windowBytes = 4;

/** The step at two digits in a row. */
export const DIGITS = 255;

/** A short text that every secret of a sort has in it, at a known place. */
export interface Trigger<Detector> {
  /** Four ASCII characters, no digit among the last three; in lower case when `ignoresCase`. */
  readonly text: string;
  readonly ignoresCase: boolean;
  readonly detector: Detector;
}

const filterSize = 4_096;

/**
 * Which of many short texts may end at a place, and if none does, how far the next one can be.
 *
 * Source: Wu and Manber 1994, A Fast Algorithm for Multi-Pattern Searching, with blocks of two bytes; two digits in a row
 * are told apart as well, because a card number has them wherever one looks.
 */
export class TriggerTable<Detector> {
  /**
   * By two bytes, seven bits of each: 0 where a trigger may end with them, {@link DIGITS}, else how many bytes further the
   * next one may end.
   */
  readonly steps = new Uint8Array(1 << 14).fill(windowBytes - 1);
  readonly #filter = new Uint8Array(filterSize);
  readonly #detectorsByWindow = new Map<number, Detector[]>();

  constructor(triggers: readonly Trigger<Detector>[]) {
    for (let a = 0x30; a <= 0x39; a++) for (let b = 0x30; b <= 0x39; b++) this.steps[(a << 7) | b] = DIGITS;
    for (const trigger of triggers) {
      if (trigger.text.length !== windowBytes || /\d/.test(trigger.text.slice(1)))
        throw new Error(`trigger "${trigger.text}": expected 4 characters, digits at the first alone`);
      for (const text of trigger.ignoresCase ? caseVariants(trigger.text) : [trigger.text])
        this.#add(text, trigger.detector);
    }
  }

  /** Detectors of the trigger whose last byte is at `at`; undefined when there is none. */
  detectorsAt(bytes: Uint8Array, at: number): readonly Detector[] | undefined {
    const window =
      ((bytes[at - 3] ?? 0) << 24) |
      ((bytes[at - 2] ?? 0) << 16) |
      ((bytes[at - 1] ?? 0) << 8) |
      (bytes[at] ?? 0);
    return this.#filter[slotOf(window)] === 0 ? undefined : this.#detectorsByWindow.get(window);
  }

  #add(text: string, detector: Detector): void {
    let window = 0;
    for (let i = 0; i < windowBytes; i++) window = (window << 8) | text.charCodeAt(i);
    for (let end = 1; end < windowBytes; end++) {
      const index = (text.charCodeAt(end - 1) << 7) | text.charCodeAt(end);
      this.steps[index] = Math.min(this.steps[index] ?? 0, windowBytes - 1 - end);
    }
    this.#filter[slotOf(window)] = 1;
    const known = this.#detectorsByWindow.get(window);
    if (known === undefined) this.#detectorsByWindow.set(window, [detector]);
    else if (!known.includes(detector)) known.push(detector);
  }
}

function slotOf(window: number): number {
  return Math.imul(window, 0x9e37_79b1) >>> 20;
}

/** The text with every letter in either case. */
function caseVariants(text: string): readonly string[] {
  let variants = [''];
  for (const letter of text) {
    const cases = new Set([letter, letter.toUpperCase()]);
    variants = variants.flatMap((start) => [...cases].map((end) => start + end));
  }
  return variants;
}
