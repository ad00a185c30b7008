import { createHash, randomUUID } from 'node:crypto';
import type { Clock, IncidentId } from '@culprit/kernel';
import { RequestError } from '@culprit/platform';
import type { ReportHead, Store, StoredDocument } from '@culprit/store';
import { notFound } from '../not-found.js';
import type { OutgoingRequest } from '../notify/formats/request.js';
import type { Answer } from '../notify/post.js';
import { readAnswer, UnusableAnswer, type GeneratedSummary } from './answer.js';
import { Circuit } from './circuit.js';
import { promptFor, type Prompt } from './prompt.js';
import { modelTextOf, requestFor, type Provider } from './provider.js';

/** A summary as it is kept: what was asked, what came of it. */
export interface KeptSummary extends GeneratedSummary {
  readonly model: string;
  /** ms since 1970. */
  readonly at: number;
}

/** A note of one call: who asked for which report, and what came of it; no log text. */
export interface SummaryCall {
  readonly at: number;
  readonly incidentId: string;
  readonly revision: number;
  readonly provider: string;
  readonly model: string;
  /** SHA-256 of what was sent, to compare with the preview. */
  readonly promptHash: string;
  readonly promptCharacters: number;
  readonly outcome: 'started' | 'used' | 'thrown-away' | 'failed';
  readonly reason: string;
  readonly millis: number;
}

export interface SummaryServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Undefined while the feature is off: then nothing is ever sent. */
  readonly provider: Provider | undefined;
  /** Calls of one tenant and day (UTC) at most. */
  readonly callsPerDay: number;
  readonly post: (request: OutgoingRequest) => Promise<Answer>;
}

const keepSummaryDays = 400;
const keepCallDays = 90;
const maxCalls = 1_000;
const dayMs = 86_400_000;

/**
 * Has a model rephrase a report, when a person asks for it. The same content is asked once; a day has a budget; a
 * provider that fails rests; every call leaves a note before anything is sent.
 */
export class SummaryService {
  readonly #deps: SummaryServiceDeps;
  readonly #circuit = new Circuit();
  readonly #underWay = new Map<string, Promise<KeptSummary>>();

  constructor(deps: SummaryServiceDeps) {
    this.#deps = deps;
  }

  get provider(): Provider | undefined {
    return this.#deps.provider;
  }

  get callsPerDay(): number {
    return this.#deps.callsPerDay;
  }

  /** The summary of this very content, where one was made. */
  async find(tenant: string, report: ReportHead): Promise<KeptSummary | undefined> {
    const { provider, store } = this.#deps;
    if (provider === undefined) return undefined;
    const key = keyOf(promptFor(report), provider);
    const found = await store.forTenant({ tenant }).documents.find('summary', key);
    return found?.value as KeptSummary | undefined;
  }

  /** What would leave, byte for byte, without the key. */
  preview(report: ReportHead): { readonly prompt: Prompt; readonly request: OutgoingRequest | undefined } {
    const prompt = promptFor(report);
    const { provider } = this.#deps;
    return { prompt, request: provider === undefined ? undefined : requestFor(prompt, provider) };
  }

  /**
   * Has a summary made, or gives the one that is there.
   *
   * @throws RequestError where it is off, over budget, resting, failing, or the answer was not fit to be shown
   */
  async make(tenant: string, report: ReportHead): Promise<KeptSummary> {
    const { provider } = this.#deps;
    if (provider === undefined) throw off();
    const known = await this.find(tenant, report);
    if (known !== undefined) return known;
    const key = `${tenant}/${keyOf(promptFor(report), provider)}`;
    const running = this.#underWay.get(key) ?? this.#ask(tenant, report, provider);
    this.#underWay.set(key, running);
    return await running.finally(() => this.#underWay.delete(key));
  }

  /** Notes of calls, newest first, at most 1,000. */
  async calls(tenant: string): Promise<readonly SummaryCall[]> {
    const found = await this.#deps.store.forTenant({ tenant }).documents.list('summary-call', maxCalls);
    return found.map(({ value }: StoredDocument) => value as SummaryCall);
  }

  /** Calls that a tenant made today. */
  async callsToday(tenant: string): Promise<number> {
    const today = Math.floor(this.#deps.clock.now() / dayMs);
    return (await this.calls(tenant)).filter(({ at }) => Math.floor(at / dayMs) === today).length;
  }

  /** @throws RequestError 404 */
  async report(tenant: string, incidentId: IncidentId): Promise<ReportHead> {
    const report = await this.#deps.store.forTenant({ tenant }).reports.find(incidentId);
    if (report === undefined) throw notFound('incident');
    return report;
  }

  async #ask(tenant: string, report: ReportHead, provider: Provider): Promise<KeptSummary> {
    const { clock, store, callsPerDay } = this.#deps;
    const resting = this.#circuit.openUntil(clock.now());
    if (resting !== undefined)
      throw notNow('the provider failed several times and rests', resting - clock.now());
    if ((await this.callsToday(tenant)) >= callsPerDay)
      throw notNow(`the budget of ${callsPerDay} calls of today is used`, dayMs - (clock.now() % dayMs));
    const prompt = promptFor(report);
    const call = { id: randomUUID(), version: clock.now() };
    const note = noteOf(report, { provider, prompt, at: call.version });
    await this.#keepCall(tenant, call, note);
    const end = (outcome: SummaryCall['outcome'], reason: string): Promise<void> =>
      this.#keepCall(
        tenant,
        { ...call, version: call.version + 1 },
        { ...note, outcome, reason, millis: clock.now() - call.version },
      );
    try {
      const text = await this.#answerTo(prompt, provider);
      const kept: KeptSummary = { ...readAnswer(text, prompt), model: provider.model, at: clock.now() };
      await store
        .forTenant({ tenant })
        .documents.save('summary', [
          { documentId: keyOf(prompt, provider), version: kept.at, value: kept, keepDays: keepSummaryDays },
        ]);
      await end('used', '');
      return kept;
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
      await end(error instanceof UnusableAnswer ? 'thrown-away' : 'failed', reason);
      throw unusable(reason, error);
    }
  }

  async #answerTo(prompt: Prompt, provider: Provider): Promise<string> {
    const { post, clock } = this.#deps;
    try {
      const answer = await post(requestFor(prompt, provider));
      if (answer.status !== 200) throw new Error(`the provider answered ${answer.status}`);
      this.#circuit.succeeded();
      return modelTextOf(answer, provider.kind);
    } catch (error) {
      if (!(error instanceof UnusableAnswer)) this.#circuit.failed(clock.now());
      throw error;
    }
  }

  async #keepCall(
    tenant: string,
    { id, version }: { readonly id: string; readonly version: number },
    value: SummaryCall,
  ): Promise<void> {
    const { documents } = this.#deps.store.forTenant({ tenant });
    await documents.save('summary-call', [{ documentId: id, version, value, keepDays: keepCallDays }]);
  }
}

function noteOf(
  { incidentId, revision }: ReportHead,
  { provider, prompt, at }: { readonly provider: Provider; readonly prompt: Prompt; readonly at: number },
): SummaryCall {
  return {
    at,
    incidentId,
    revision,
    provider: provider.kind,
    model: provider.model,
    promptHash: hashOf(prompt.system + prompt.data),
    promptCharacters: prompt.system.length + prompt.data.length,
    outcome: 'started',
    reason: '',
    millis: 0,
  };
}

/** What the answer depends on. */
function keyOf({ version, system, data }: Prompt, { kind, url, model }: Provider): string {
  return hashOf(JSON.stringify([version, system, data, kind, url, model]));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function off(): RequestError {
  return new RequestError({
    code: 'CULPRIT_QUERY_SUMMARY_OFF',
    detail: 'generated summaries are off',
    hint: 'The operator turns them on with CULPRIT_QUERY_SUMMARY_PROVIDER.',
  });
}

function notNow(detail: string, waitMs: number): RequestError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new RequestError({ code: 'CULPRIT_QUERY_SUMMARY_NOT_NOW', detail, retryAfterSeconds });
}

function unusable(reason: string, cause: unknown): RequestError {
  return new RequestError({
    code: 'CULPRIT_QUERY_SUMMARY_FAILED',
    detail: `no summary was generated: ${reason}`,
    hint: 'The summary of the report itself is complete without it.',
    cause,
  });
}
