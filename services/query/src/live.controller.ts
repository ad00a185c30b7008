import { PassThrough } from 'node:stream';
import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import { Controller, Get, Headers, Inject, Res, UseGuards } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { z } from 'zod';
import type { FeedEvent, ReportFeed } from './report-feed.js';
import { FEED } from './tokens.js';

const PING_INTERVAL_MS = 15_000;
/** A listener that reads nothing is let go when this much waits for it. */
const MAX_UNREAD_BYTES = 262_144;

const reportStream = { mediaType: 'text/event-stream', description: 'Events `ready`, `report` and `reset`' };

interface StreamReply {
  header(name: string, value: string): unknown;
  send(body: PassThrough): unknown;
}

/** New and changed reports as server-sent events. */
@Controller('api/v1/incidents/stream')
@UseGuards(AccessGuard)
export class LiveController implements OnModuleDestroy {
  readonly #feed: ReportFeed;
  readonly #open = new Set<PassThrough>();

  constructor(@Inject(FEED) feed: ReportFeed) {
    this.#feed = feed;
  }

  @Operation({
    summary: 'New and changed reports as they come',
    answers: { 200: reportStream },
    headers: { 'Last-Event-ID': z.string().describe('Goes on after this event') },
  })
  @Get()
  async stream(
    @Headers('last-event-id') lastEventId: string | undefined,
    @Tenant() tenant: string,
    @Res() reply: StreamReply,
  ): Promise<void> {
    const stream = new PassThrough();
    const stop = await this.#feed.listen(tenant, lastEventId, (event) => {
      if (stream.readableLength + stream.writableLength > MAX_UNREAD_BYTES) stream.end();
      else if (!stream.writableEnded) stream.write(formatFeedEvent(event));
    });
    const ping = setInterval(() => stream.writableEnded || stream.write(': ping\n\n'), PING_INTERVAL_MS);
    this.#open.add(stream);
    stream.once('close', () => {
      clearInterval(ping);
      stop();
      this.#open.delete(stream);
    });
    reply.header('content-type', 'text/event-stream; charset=utf-8');
    // Proxies that collect answers would make it late.
    reply.header('x-accel-buffering', 'no');
    reply.send(stream);
  }

  /** An open stream would keep the port from closing. */
  onModuleDestroy(): void {
    for (const stream of this.#open) stream.end();
    this.#feed.close();
  }
}

/** One server-sent event. Source: HTML Living Standard, 9.2. */
export function formatFeedEvent(event: FeedEvent): string {
  const data = event.kind === 'report' ? JSON.stringify(event.change) : '{}';
  return `id: ${event.id}\nevent: ${event.kind}\ndata: ${data}\n\n`;
}
