import type { EnvironmentName, EpochNanos } from '@culprit/kernel';
import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import { Body, Controller, HttpCode, Inject, Post, Query, UseGuards } from '@nestjs/common';
import { alertmanagerBody, alertmanagerQuery } from './request-schemas.js';
import type { AlertmanagerBody, AlertmanagerQuery } from './request-schemas.js';
import { z } from 'zod';
import { scanAnswer } from './scan-queue.js';
import type { ScanJson, ScanQueue } from './scan-queue.js';
import { SCANS } from './tokens.js';

/** Alerts that begin within the same minute ask the same question. */
const minuteNanos = 60_000_000_000n;

const startedAnswer = z.object({ scans: z.array(scanAnswer) });

/** A webhook for the Alertmanager of Prometheus: every moment at which alerts began to fire is scanned. */
@Controller('api/v1/webhooks/alertmanager')
@UseGuards(AccessGuard)
export class AlertmanagerController {
  readonly #scans: ScanQueue;

  constructor(@Inject(SCANS) scans: ScanQueue) {
    this.#scans = scans;
  }

  /** Alertmanager repeats what still fires; a moment that was scanned is not scanned again. */
  @Operation({
    summary: 'Receiver for the Alertmanager: scans every minute in which an alert began to fire',
    answers: { 202: startedAnswer },
  })
  @Post()
  @HttpCode(202)
  receive(
    @Query({ schema: alertmanagerQuery }) query: AlertmanagerQuery,
    @Body({ schema: alertmanagerBody }) body: AlertmanagerBody,
    @Tenant() tenant: string,
  ): z.output<typeof startedAnswer> {
    const scans = new Map<string, ScanJson>();
    for (const { environment, at, reason } of momentsOf(body, query.environment)) {
      const scan = this.#scans.startOnce(tenant, { at, environment, reason });
      scans.set(scan.id, scan);
    }
    return { scans: [...scans.values()] };
  }
}

interface Moment {
  readonly at: EpochNanos;
  readonly environment: EnvironmentName | undefined;
  /** The names of the alerts. */
  readonly reason: string;
}

function momentsOf({ alerts }: AlertmanagerBody, environment: EnvironmentName | undefined): Moment[] {
  const firing = alerts.filter(({ status }) => status === 'firing');
  const groups = new Map<bigint, typeof firing>();
  for (const alert of firing.toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1))) {
    const minute = alert.startsAt / minuteNanos;
    groups.set(minute, [...(groups.get(minute) ?? []), alert]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const names = [...new Set(group.map(({ labels }) => labels['alertname'] ?? 'alert'))];
    return [{ at: first.startsAt, environment, reason: `alerts: ${names.join(', ')}`.slice(0, 500) }];
  });
}
