import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { Operation } from '@culprit/platform';
import type { ConsoleFile } from './console-pages.js';
import { notFound } from './not-found.js';
import { CONSOLE_FILES } from './tokens.js';

/** Policy of the console: everything from here, nothing inline, nobody may frame it. */
export const consolePolicy =
  "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'";

const page = { mediaType: 'text/html', description: 'The same page at every address of a view' };
const file = { mediaType: '*/*', description: 'A script, a style sheet or a picture' };

const NOT_BUILT = 'The pages are not built: run "npm run build", then start again.\n';

interface PageRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

interface PageReply {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string | Buffer): unknown;
}

/** The console: static files that hold no data, so that anybody may read them; what they show asks the API. */
@Controller()
export class ConsoleController {
  readonly #files: ReadonlyMap<string, ConsoleFile>;

  constructor(@Inject(CONSOLE_FILES) files: ReadonlyMap<string, ConsoleFile>) {
    this.#files = files;
  }

  /** Every address of a view is the same page, which reads the address. */
  @Operation({ summary: 'The page of the console', tag: 'console', answers: { 200: page } })
  @Get(['', 'reports', 'reports/:id', 'scans/:id', 'event-types', 'event-types/:id', 'search', 'settings'])
  showPage(@Req() request: PageRequest, @Res() reply: PageReply): void {
    const index = this.#files.get('index.html');
    if (index === undefined) {
      reply.status(503);
      reply.header('content-type', 'text/plain; charset=utf-8');
      reply.send(NOT_BUILT);
      return;
    }
    sendFile(index, { request, reply, cacheControl: 'no-cache' });
  }

  /** Names hold a hash of the content, so that a browser may keep them for ever. */
  @Operation({ summary: 'A file of the console', tag: 'console', answers: { 200: file } })
  @Get('assets/:name')
  asset(@Param('name') name: string, @Req() request: PageRequest, @Res() reply: PageReply): void {
    const found = this.#files.get(`assets/${name}`);
    if (found === undefined) throw notFound('file');
    sendFile(found, { request, reply, cacheControl: 'public, max-age=31536000, immutable' });
  }
}

function sendFile(
  file: ConsoleFile,
  { request, reply, cacheControl }: { request: PageRequest; reply: PageReply; cacheControl: string },
): void {
  reply.header('content-security-policy', consolePolicy);
  reply.header('cache-control', cacheControl);
  reply.header('etag', file.etag);
  reply.header('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === file.etag) {
    reply.status(304);
    reply.send('');
    return;
  }
  reply.header('content-type', file.contentType);
  const isPacked = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  if (isPacked) reply.header('content-encoding', 'gzip');
  reply.send(isPacked ? file.packedBody : file.body);
}
