import { createRng, hashText } from '@culprit/kernel';

/** Draws from one seeded sequence. Actors own their dice, so that a new actor never changes what others draw. */
export class Dice {
  readonly #next: () => number;

  /**
   * @param seed any integer
   * @param name of the actor; different names give independent sequences
   */
  constructor(seed: number, name: string) {
    const rng = createRng(Number.parseInt(hashText(`${String(seed)}/${name}`).slice(0, 8), 16));
    this.#next = () => rng.next();
  }

  /** Integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.#next() * bound);
  }

  /** Real number in [from, to). */
  between(from: number, to: number): number {
    return from + this.#next() * (to - from);
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** Exponentially distributed, > 0: the gap to the next event of a Poisson process. */
  gap(mean: number): number {
    return -Math.log(1 - this.#next()) * mean;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** Lower-case hex digits. */
  hex(length: number): string {
    let digits = '';
    while (digits.length < length) {
      digits += Math.floor(this.#next() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0');
    }
    return digits.slice(0, length);
  }

  uuid(): string {
    const digits = this.hex(32);
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
  }

  /** The random letters Kubernetes appends to names: no vowels, nothing that looks like another letter. */
  suffix(length: number): string {
    const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
    let letters = '';
    for (let i = 0; i < length; i++) letters += alphabet.charAt(this.below(alphabet.length));
    return letters;
  }
}
