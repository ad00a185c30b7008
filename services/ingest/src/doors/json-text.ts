const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Writes JSON as bytes into a buffer that is used again and again. */
export class JsonText {
  bytes: Uint8Array = new Uint8Array(1024);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** ASCII text that needs no escapes. */
  raw(text: string): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length + i] = text.charCodeAt(i);
    this.length += text.length;
  }

  /** A string of UTF-8 bytes, with its quotes. */
  string(source: Uint8Array, start: number, end: number): void {
    this.#reserve((end - start) * 6 + 2);
    this.bytes[this.length++] = QUOTE;
    for (let i = start; i < end; i++) {
      const byte = source[i] ?? 0;
      if (byte === QUOTE || byte === BACKSLASH) {
        this.bytes[this.length++] = BACKSLASH;
        this.bytes[this.length++] = byte;
      } else if (byte < 0x20) this.raw(`\\u${byte.toString(16).padStart(4, '0')}`);
      else this.bytes[this.length++] = byte;
    }
    this.bytes[this.length++] = QUOTE;
  }

  /** Bytes as a string of hexadecimal digits, with its quotes. */
  hex(source: Uint8Array, start: number, end: number): void {
    let text = '';
    for (let i = start; i < end; i++) text += hexOfByte[source[i] ?? 0];
    this.raw(`"${text}"`);
  }

  #reserve(extra: number): void {
    if (this.length + extra <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.length + extra, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);
