/** Seeded source of uniform numbers in [0, 1). */
export interface Rng {
  next(): number;
}

/**
 * Small seeded generator: the same seed gives the same sequence on every machine.
 *
 * @param seed any 32-bit integer
 * Source: mulberry32, Tommy Ettinger 2017 (public domain). Period 2^32; not for cryptography.
 */
export function createRng(seed: number): Rng {
  let state = seed | 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}
