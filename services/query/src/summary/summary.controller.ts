import { formatRfc3339, toEpochNanos } from '@culprit/kernel';
import type { IncidentId } from '@culprit/kernel';
import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import { Controller, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { count, named, time } from '../answer-shapes.js';
import { incidentIdParam } from '../request-schemas.js';
import { SUMMARIES } from '../tokens.js';
import type { KeptSummary, SummaryService } from './summary.service.js';

const generated = named(
  'GeneratedSummary',
  'A summary that a model wrote; every id it cites is in the report',
  {
    label: z.literal('generated'),
    text: z.string(),
    citedEventIds: z.array(z.string()).readonly(),
    causeEventIds: z.array(z.string()).readonly(),
    model: z.string(),
    at: time,
  },
);

export const summaryAnswer = z
  .object({
    extractive: z.string().describe('Made of the events themselves, always there'),
    generated: generated.nullable(),
    isOn: z.boolean().describe('Whether a model can be asked'),
  })
  .readonly();
export type SummaryJson = z.output<typeof summaryAnswer>;

export const summaryPreviewAnswer = z
  .object({
    isOn: z.boolean(),
    system: z.string(),
    data: z.string().describe('Everything from logs that would leave, as JSON text'),
    redacted: z.record(z.string(), count).readonly().describe('Values replaced, by kind'),
    url: z.string().nullable(),
    body: z.string().nullable().describe('The request, byte for byte'),
  })
  .readonly();
export type SummaryPreviewJson = z.output<typeof summaryPreviewAnswer>;

export const summaryStateAnswer = z
  .object({
    isOn: z.boolean(),
    provider: z.string().nullable(),
    host: z.string().nullable(),
    model: z.string().nullable(),
    callsToday: count,
    callsPerDay: count,
    calls: z
      .array(
        z
          .object({
            at: time,
            incidentId: z.string(),
            revision: count,
            provider: z.string(),
            model: z.string(),
            promptHash: z.string(),
            promptCharacters: count,
            outcome: z.enum(['started', 'used', 'thrown-away', 'failed']),
            reason: z.string(),
            millis: count,
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type SummaryStateJson = z.output<typeof summaryStateAnswer>;

/** Summaries of reports in plain language. */
@Controller('api/v1/incidents/:id/summary')
@UseGuards(AccessGuard)
export class SummaryController {
  readonly #summaries: SummaryService;

  constructor(@Inject(SUMMARIES) summaries: SummaryService) {
    this.#summaries = summaries;
  }

  @Operation({
    summary: 'The summary of a report, and the generated one if there is one',
    answers: { 200: summaryAnswer },
  })
  @Get()
  async read(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Tenant() tenant: string,
  ): Promise<SummaryJson> {
    const report = await this.#summaries.report(tenant, id);
    const found = await this.#summaries.find(tenant, report);
    return this.#answer(report.summary, found);
  }

  @Operation({
    summary: 'What would be sent to the model, redacted, byte for byte',
    answers: { 200: summaryPreviewAnswer },
  })
  @Get('preview')
  async preview(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Tenant() tenant: string,
  ): Promise<SummaryPreviewJson> {
    const { prompt, request } = this.#summaries.preview(await this.#summaries.report(tenant, id));
    return {
      isOn: request !== undefined,
      system: prompt.system,
      data: prompt.data,
      redacted: prompt.redactor.counts,
      url: request?.url ?? null,
      body: request?.body ?? null,
    };
  }

  /** Asks the model unless it was asked about the same content before. */
  @Operation({ summary: 'Has a model write a summary', answers: { 200: summaryAnswer } })
  @Post()
  @HttpCode(200)
  async make(
    @Param('id', { schema: incidentIdParam }) id: IncidentId,
    @Tenant() tenant: string,
  ): Promise<SummaryJson> {
    const report = await this.#summaries.report(tenant, id);
    return this.#answer(report.summary, await this.#summaries.make(tenant, report));
  }

  #answer(extractive: string, found: KeptSummary | undefined): SummaryJson {
    const isOn = this.#summaries.provider !== undefined;
    if (found === undefined) return { extractive, generated: null, isOn };
    const at = formatRfc3339(toEpochNanos(found.at));
    return { extractive, generated: { ...found, label: 'generated', at }, isOn };
  }
}

/** Whether and how summaries are generated, and every call that was made. */
@Controller('api/v1/summary-calls')
@UseGuards(AccessGuard)
export class SummaryCallsController {
  readonly #summaries: SummaryService;

  constructor(@Inject(SUMMARIES) summaries: SummaryService) {
    this.#summaries = summaries;
  }

  @Operation({
    summary: 'The provider of generated summaries and the calls to it, newest first',
    answers: { 200: summaryStateAnswer },
  })
  @Get()
  async read(@Tenant() tenant: string): Promise<SummaryStateJson> {
    const { provider, callsPerDay } = this.#summaries;
    const calls = await this.#summaries.calls(tenant);
    return {
      isOn: provider !== undefined,
      provider: provider?.kind ?? null,
      host: provider === undefined ? null : new URL(provider.url).host,
      model: provider?.model ?? null,
      callsToday: await this.#summaries.callsToday(tenant),
      callsPerDay,
      calls: calls.map((call) => ({ ...call, at: formatRfc3339(toEpochNanos(call.at)) })),
    };
  }
}
