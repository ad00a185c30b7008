import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CliError, exitCodes, fileError } from '../cli-error.js';

const blockBytes = 1 << 20;
const gzipMagic = [0x1f, 0x8b];

/** A file, or standard input (path `-`), to read log lines from. */
export interface LogFile {
  readonly path: string;
  /** Base name without `.gz`; empty for standard input. */
  readonly name: string;
  /** Size on disk in bytes, 0 when unknown. */
  readonly sizeBytes: number;
}

/**
 * Expands files and directories (recursively, hidden files left out) into a list ordered by path.
 *
 * @throws CliError when a path is missing or nothing is left to read
 */
export function findLogFiles(paths: readonly string[]): readonly LogFile[] {
  const files: LogFile[] = [];
  for (const path of paths) {
    if (path === '-') files.push({ path, name: '', sizeBytes: 0 });
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
 * @throws CliError that names the file when it cannot be read or its gzip data is broken
 */
export async function* readBlocks(
  file: LogFile,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  try {
    const source =
      file.path === '-' ? process.stdin : createReadStream(file.path, { highWaterMark: blockBytes });
    yield* unpack(source, onRead);
  } catch (error) {
    throw error instanceof CliError
      ? error
      : fileError(file.path === '-' ? 'standard input' : file.path, error);
  }
}

/** The first bytes of a file, unpacked; used to look at its format. */
export async function readSample(file: LogFile, length = 65_536): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const block of readBlocks(file, () => {})) {
    parts.push(block);
    total += block.length;
    if (total >= length) break;
  }
  return Buffer.concat(parts).subarray(0, length);
}

function expand(path: string): LogFile[] {
  let stats: ReturnType<typeof statSync>;
  try {
    stats = statSync(path);
    if (!stats.isDirectory())
      return [{ path, name: basename(path).replace(/\.gz$/, ''), sizeBytes: stats.size }];
    const names = readdirSync(path).filter((name) => !name.startsWith('.'));
    names.sort();
    return names.flatMap((name) => expand(join(path, name)));
  } catch (error) {
    throw error instanceof CliError ? error : fileError(path, error);
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
