import type { Dice } from '../dice.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** How busy the platform is: hours of meals, and showers of rain that bring orders for some minutes. */
export class LoadCurve {
  readonly #load: number;
  readonly #showers: readonly { readonly from: number; readonly to: number; readonly factor: number }[];

  constructor(dice: Dice, { start, load }: { readonly start: number; readonly load: number }) {
    this.#load = load;
    this.#showers = Array.from({ length: 12 }, (_, index) => {
      const from = start + (index * 40 + dice.between(0, 35)) * MINUTE;
      return { from, to: from + dice.between(3, 12) * MINUTE, factor: dice.between(1.15, 1.8) };
    });
  }

  /** Factor on rates at a time, > 0. */
  at(now: number): number {
    const dayPart = ((now % DAY) / DAY) * 2 * Math.PI;
    const meals = 1 + 0.25 * Math.sin(dayPart - 1.9) + 0.12 * Math.sin(2 * dayPart - 0.4);
    const shower = this.#showers.find(({ from, to }) => now >= from && now < to);
    return this.#load * meals * (shower?.factor ?? 1);
  }
}
