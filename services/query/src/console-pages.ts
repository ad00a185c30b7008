import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A built file of the console, ready to be sent. */
export interface ConsoleFile {
  readonly contentType: string;
  readonly body: Buffer;
  readonly packedBody: Buffer;
  /** Strong validator, quotes included. */
  readonly etag: string;
}

const contentTypeByExtension: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * The built pages of a directory, held in memory: a request never touches a path. Keys are relative, for example
 * `index.html` or `assets/index-3f2a.js`. Files of other kinds than a page needs are left out. Empty when nothing was
 * built.
 */
export function readConsoleFiles(directory: string): ReadonlyMap<string, ConsoleFile> {
  if (!existsSync(directory)) return new Map();
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return new Map(
    names.flatMap((name) => {
      const contentType = contentTypeByExtension[extname(name)];
      if (contentType === undefined) return [];
      const body = readFileSync(join(directory, name));
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
      return [[name.replaceAll('\\', '/'), { contentType, body, packedBody: gzipSync(body), etag }]];
    }),
  );
}
