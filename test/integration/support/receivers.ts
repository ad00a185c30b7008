import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A request as a receiver got it. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a receiver answers; `hang` never does. */
export type Reply =
  'hang' | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

/** An HTTP receiver on this machine that answers as it was told, then 200. */
export interface HttpReceiver {
  readonly url: string;
  readonly received: Received[];
  /** Answers of the next requests, in order. */
  readonly replies: Reply[];
  close(): Promise<void>;
}

export async function startHttpReceiver(): Promise<HttpReceiver> {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
      const reply = replies.shift() ?? { status: 200 };
      if (reply === 'hang') return;
      response.writeHead(reply.status, reply.headers);
      response.end(reply.body ?? '');
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    replies,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A mail server on this machine. */
export interface MailReceiver {
  readonly port: number;
  /** Mails as they came, headers first. */
  readonly mails: string[];
  /** Codes that the next mails are refused with. */
  readonly refusals: number[];
  close(): Promise<void>;
}

/** Takes mails of the user "culprit" with the password "open sesame", without TLS. */
export async function startMailReceiver(): Promise<MailReceiver> {
  const mails: string[] = [];
  const refusals: number[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    onAuth({ username, password }, _session, done) {
      const isKnown = username === 'culprit' && password === 'open sesame';
      if (isKnown) done(null, { user: username });
      else done(new Error('wrong password'));
    },
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const code = refusals.shift();
        if (code !== undefined) {
          done(Object.assign(new Error('not today'), { responseCode: code }));
          return;
        }
        mails.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
  });
  const port = await new Promise<number>((resolve) => {
    const listening = server.listen(0, '127.0.0.1', () => resolve((listening.address() as AddressInfo).port));
  });
  return { port, mails, refusals, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
