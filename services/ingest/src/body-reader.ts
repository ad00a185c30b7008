import type { Readable, Transform } from 'node:stream';
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { ByteBudget } from './byte-budget.js';
import { brokenBody, brokenEncoding, busy, tooLarge } from './errors.js';
import type { BodyEncoding } from './request-plan.js';

/** Bounds of one body. */
export interface BodyLimits {
  readonly maxWireBytes: number;
  readonly maxInflatedBytes: number;
  /** Checked once more than 1 MiB came out, so that tiny bodies may be very regular. */
  readonly maxInflateRatio: number;
}

/** A body in memory, with the budget it holds until `release`. */
export interface Body {
  readonly bytes: Buffer;
  readonly wireBytes: number;
  release(): void;
}

const RATIO_FLOOR_BYTES = 1_048_576;
const INFLATE_CHUNK_BYTES = 131_072;

/**
 * Reads a request body, inflating as it comes. Stops at the first limit; the rest of the request is then left to the
 * HTTP stack, which discards it, so that the client still gets its answer.
 *
 * @param declaredBytes Content-Length, undefined for chunked bodies
 * @throws RequestError 413 over a limit, 400 for broken data, 503 when memory for requests is used up
 */
export async function readBody(
  stream: Readable,
  options: {
    readonly encoding: BodyEncoding;
    readonly limits: BodyLimits;
    readonly budget: ByteBudget;
    readonly declaredBytes: number | undefined;
  },
): Promise<Body> {
  const { limits, encoding } = options;
  if (options.declaredBytes !== undefined && options.declaredBytes > limits.maxWireBytes) {
    throw tooLarge(`the body has more than ${limits.maxWireBytes} bytes`);
  }
  const collector = new Collector(limits, options.budget);
  try {
    await (encoding === 'identity'
      ? collectPlain(stream, collector)
      : collectInflated(stream, { inflater: createInflaterByEncoding[encoding](), encoding, collector }));
  } catch (error) {
    collector.release();
    // Whatever is left of the body flows into nothing; a client that is cut off would not read our answer.
    stream.resume();
    throw error;
  }
  return collector.toBody();
}

/** Counts and keeps chunks. */
class Collector {
  readonly #chunks: Buffer[] = [];
  readonly #limits: BodyLimits;
  readonly #budget: ByteBudget;
  #size = 0;
  #held = 0;
  wireBytes = 0;

  constructor(limits: BodyLimits, budget: ByteBudget) {
    this.#limits = limits;
    this.#budget = budget;
  }

  countWire(chunk: Buffer): void {
    this.wireBytes += chunk.length;
    if (this.wireBytes > this.#limits.maxWireBytes) {
      throw tooLarge(`the body has more than ${this.#limits.maxWireBytes} bytes`);
    }
  }

  /** @param consumedBytes wire bytes that made everything collected so far */
  keep(chunk: Buffer, consumedBytes: number): void {
    this.#size += chunk.length;
    if (this.#size > this.#limits.maxInflatedBytes) {
      throw tooLarge(`the body inflates to more than ${this.#limits.maxInflatedBytes} bytes`);
    }
    if (this.#size > RATIO_FLOOR_BYTES && this.#size > consumedBytes * this.#limits.maxInflateRatio) {
      throw tooLarge(`the body inflates more than ${this.#limits.maxInflateRatio} times`);
    }
    if (!this.#budget.tryTake(chunk.length, this.#held)) throw busy('too many bytes are under way');
    this.#held += chunk.length;
    this.#chunks.push(chunk);
  }

  release(): void {
    this.#budget.give(this.#held);
    this.#held = 0;
  }

  toBody(): Body {
    const only = this.#chunks.length === 1 ? this.#chunks[0] : undefined;
    return {
      bytes: only ?? Buffer.concat(this.#chunks, this.#size),
      wireBytes: this.wireBytes,
      release: () => this.release(),
    };
  }
}

function collectPlain(stream: Readable, collector: Collector): Promise<void> {
  return drain(stream, {
    onChunk(chunk) {
      collector.countWire(chunk);
      collector.keep(chunk, collector.wireBytes);
    },
    onBroken: brokenBody,
  });
}

async function collectInflated(
  stream: Readable,
  options: { readonly inflater: Inflater; readonly encoding: string; readonly collector: Collector },
): Promise<void> {
  const { inflater, encoding, collector } = options;
  const failOnWire = (error: unknown): void => void inflater.destroy(toError(error));
  const countWire = (chunk: Buffer): void => {
    try {
      collector.countWire(chunk);
    } catch (error) {
      failOnWire(error);
    }
  };
  const onBrokenWire = (error: unknown): void => failOnWire(brokenBody(error));
  stream.on('data', countWire);
  stream.on('error', onBrokenWire);
  stream.on('aborted', onBrokenWire);
  stream.pipe(inflater);
  try {
    await drain(inflater, {
      onChunk: (chunk) => collector.keep(chunk, inflater.bytesWritten),
      onBroken: (error) => (isZlibError(error) ? brokenEncoding(encoding, error) : error),
    });
    // What follows the compressed data would be dropped without a word.
    await untilEnd(stream);
    if (inflater.bytesWritten < collector.wireBytes) throw brokenEncoding(encoding, undefined);
  } finally {
    stream.unpipe(inflater);
    stream.off('data', countWire);
    stream.off('aborted', onBrokenWire);
    inflater.destroy();
  }
}

/** Resolves when the last byte has come; the listeners of the caller see what comes until then. */
async function untilEnd(stream: Readable): Promise<void> {
  if (stream.readableEnded) return;
  stream.resume();
  await new Promise<void>((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('error', (error) => reject(brokenBody(error)));
    stream.once('close', () => reject(brokenBody(undefined)));
  });
}

/** Hands every chunk on and resolves at the end. A chunk that is refused ends it; the stream itself stays open. */
function drain(
  stream: Readable,
  handlers: {
    readonly onChunk: (chunk: Buffer) => void;
    readonly onBroken: (error: unknown) => unknown;
  },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('aborted', onAborted);
      settle();
    };
    const onData = (chunk: Buffer): void => {
      try {
        handlers.onChunk(chunk);
      } catch (error) {
        finish(() => reject(toError(error)));
      }
    };
    const onEnd = (): void => finish(resolve);
    const onBroken = (error: unknown): void => finish(() => reject(toError(handlers.onBroken(error))));
    const onAborted = (): void => onBroken(new Error('aborted'));
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('aborted', onAborted);
    // Stays attached: a stream that fails after we lost interest must not bring the process down.
    stream.on('error', onBroken);
  });
}

type Inflater = Transform & { readonly bytesWritten: number };

const createInflaterByEncoding: Readonly<Record<Exclude<BodyEncoding, 'identity'>, () => Inflater>> = {
  gzip: () => createGunzip({ chunkSize: INFLATE_CHUNK_BYTES }),
  deflate: () => createInflate({ chunkSize: INFLATE_CHUNK_BYTES }),
  zstd: () => createZstdDecompress({ chunkSize: INFLATE_CHUNK_BYTES }),
};

/** zlib and zstd name their failures with codes of their own. */
function isZlibError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (
    code.startsWith('Z_') ||
    code.startsWith('ZSTD_') ||
    code.startsWith('ERR_ZLIB') ||
    code === 'ERR_OUT_OF_RANGE'
  );
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('unexpected failure', { cause: error });
}
