import { closeSync, createReadStream, openSync, readSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CliError, exitCodes, fileError } from '../cli-error.js';

const blockBytes = 1 << 20;
/** Parts of a file are read side by side, so each gets a smaller block. */
const partBlockBytes = 1 << 16;
const gzipMagic = [0x1f, 0x8b];

/** A file, or standard input (path `-`), to read log lines from. */
export interface LogFile {
  readonly path: string;
  /** Base name without `.gz`, behind its folder where a directory was searched; empty for standard input. */
  readonly name: string;
  /** Size on disk in bytes, 0 when unknown. */
  readonly sizeBytes: number;
  /** When it was written last, NaN when unknown. */
  readonly modifiedMillis: number;
  /** Only these bytes of it, as they are; `end` is exclusive. */
  readonly part?: { readonly start: number; readonly end: number };
}

/**
 * Expands files and directories (recursively, hidden files left out) into a list ordered by path.
 *
 * @throws CliError when a path is missing or nothing is left to read
 */
export function findLogFiles(paths: readonly string[]): readonly LogFile[] {
  const files: LogFile[] = [];
  for (const path of paths) {
    if (path === '-') files.push({ path, name: '', sizeBytes: 0, modifiedMillis: Number.NaN });
    else files.push(...expand(path));
  }
  if (files.length === 0) {
    throw new CliError(
      `no files in ${paths.join(', ')}; name a log file, a directory or "-".`,
      exitCodes.badInput,
    );
  }
  return files;
}

/**
 * Bytes of a file block by block, unpacked when they start with the gzip magic number.
 *
 * @param onRead called with the number of bytes read from disk, for progress
 * @param options.reuses a block is valid until the next one is asked for; without it every block is an array of its own
 * @throws CliError that names the file when it cannot be read or its gzip data is broken
 */
export async function* readBlocks(
  file: LogFile,
  onRead: (bytes: number) => void,
  { reuses = false }: { readonly reuses?: boolean } = {},
): AsyncGenerator<Uint8Array> {
  try {
    if (reuses && isPlain(file)) yield* readInPlace(file, onRead);
    else if (file.part === undefined) yield* unpack(openWhole(file), onRead);
    else yield* readPart(file.path, file.part, onRead);
  } catch (error) {
    throw error instanceof CliError
      ? error
      : fileError(file.path === '-' ? 'standard input' : file.path, error);
  }
}

/** @param folder the path lies in, below a directory that was given; undefined for a path as it was given */
function expand(path: string, folder?: string): LogFile[] {
  try {
    const stats = statSync(path);
    const name = basename(path);
    if (!stats.isDirectory()) return [describe(path, join(folder ?? '', name), stats)];
    const names = readdirSync(path).filter((entry) => !entry.startsWith('.'));
    names.sort();
    return names.flatMap((entry) => expand(join(path, entry), folder === undefined ? '' : name));
  } catch (error) {
    throw error instanceof CliError ? error : fileError(path, error);
  }
}

function describe(
  path: string,
  name: string,
  stats: { readonly size: number; readonly mtimeMs: number },
): LogFile {
  return { path, name: name.replace(/\.gz$/, ''), sizeBytes: stats.size, modifiedMillis: stats.mtimeMs };
}

function openWhole({ path }: LogFile): Readable {
  return path === '-' ? process.stdin : createReadStream(path, { highWaterMark: blockBytes });
}

/** True for a file on disk whose bytes are the text itself. */
function isPlain({ path, part }: LogFile): boolean {
  if (path === '-' || !statSync(path).isFile()) return false;
  if (part !== undefined) return true;
  const descriptor = openSync(path, 'r');
  try {
    const start = new Uint8Array(gzipMagic.length);
    const length = readSync(descriptor, start, 0, start.length, 0);
    return length < start.length || gzipMagic.some((byte, i) => start[i] !== byte);
  } finally {
    closeSync(descriptor);
  }
}

/** Arrays that come and go by the megabyte make the collector of garbage look at all memory again and again. */
function* readInPlace({ path, part }: LogFile, onRead: (bytes: number) => void): Generator<Uint8Array> {
  const { start, end } = part ?? { start: 0, end: Infinity };
  const block = new Uint8Array(part === undefined ? blockBytes : partBlockBytes);
  const descriptor = openSync(path, 'r');
  try {
    for (let at = start; at < end;) {
      const length = readSync(descriptor, block, 0, Math.min(block.length, end - at), at);
      if (length === 0) return;
      at += length;
      onRead(length);
      yield block.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

async function* readPart(
  path: string,
  { start, end }: { readonly start: number; readonly end: number },
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  if (start >= end) return;
  const stream = createReadStream(path, { start, end: end - 1, highWaterMark: partBlockBytes });
  for await (const block of stream as AsyncIterable<Uint8Array>) {
    onRead(block.length);
    yield block;
  }
}

async function* unpack(source: Readable, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const isGzip = gzipMagic.every((byte, i) => first.value[i] === byte);
  const counted = countBlocks(first.value, iterator, onRead);
  if (!isGzip) {
    yield* counted;
    return;
  }
  const gunzip = createGunzip({ chunkSize: blockBytes });
  // An error of either side destroys both; the loop below is where it surfaces.
  pipeline(Readable.from(counted), gunzip, () => {});
  for await (const block of gunzip as AsyncIterable<Uint8Array>) yield block;
}

async function* countBlocks(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for (let block: Uint8Array | undefined = first; block !== undefined;) {
    onRead(block.length);
    yield block;
    const next: IteratorResult<Uint8Array> = await rest.next();
    block = next.done === true ? undefined : next.value;
  }
}
