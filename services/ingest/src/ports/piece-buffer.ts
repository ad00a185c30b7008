/** Bytes of a stream that wait for the rest of their message; appending costs what is appended, on average. */
export class PieceBuffer {
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** All that waits; valid until the next `append`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  append(piece: Buffer): void {
    if (this.length === 0) {
      // Nothing waits: the piece itself will do, and most hold whole messages only.
      this.#buffer = piece;
      this.#start = 0;
      this.#end = piece.length;
      return;
    }
    const needed = this.length + piece.length;
    if (this.#end + piece.length > this.#buffer.length || this.#isForeign) {
      const grown = Buffer.allocUnsafe(needed * 2);
      this.#buffer.copy(grown, 0, this.#start, this.#end);
      this.#end = this.length;
      this.#start = 0;
      this.#buffer = grown;
      this.#isForeign = false;
    }
    piece.copy(this.#buffer, this.#end);
    this.#end += piece.length;
  }

  /** Lets go of the first bytes. */
  drop(count: number): void {
    this.#start += count;
    if (this.length === 0) this.#isForeign = true;
  }

  /** The buffer is somebody else's piece and must not be written to. */
  #isForeign = true;
}
