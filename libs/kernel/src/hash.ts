/**
 * 64-bit hash of a string as 16 lower-case hex digits: two FNV-1a lanes with different primes and a final avalanche.
 * For ids and fingerprints, not for security. O(length).
 * Source: Fowler, Noll, Vo 1991 (FNV-1a); finaliser of MurmurHash3, Appleby 2011.
 */
export function hashText(text: string): string {
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ (unit & 0xff), 0x01000193);
    high = Math.imul(high ^ (unit >>> 8), 0x01000193);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    low = (low << 13) | (low >>> 19);
  }
  return hex(avalanche(high ^ low)) + hex(avalanche(Math.imul(low, 5) ^ high));
}

function avalanche(value: number): number {
  let h = value;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
