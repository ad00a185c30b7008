/** Bounds the bytes that all requests under way hold in memory. */
export class ByteBudget {
  readonly #limitBytes: number;
  #usedBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Takes bytes if they fit; a single request may always go alone, however large. */
  tryTake(bytes: number, heldBytes: number): boolean {
    const isAlone = this.#usedBytes === heldBytes;
    if (!isAlone && this.#usedBytes + bytes > this.#limitBytes) return false;
    this.#usedBytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}
