import { decisionIdOf, maxDecisions, problemOfDecision } from '@culprit/correlation';
import type { DecisionChange, IncidentDecision } from '@culprit/correlation';
import type { Clock } from '@culprit/kernel';
import { RequestError } from '@culprit/platform';
import { encodeState } from '@culprit/scoring';
import type { Store } from '@culprit/store';
import { notFound } from './not-found.js';

/** Brings decisions to where they are applied. Giving the same twice is harmless. */
export interface DecisionPublisher {
  /** @throws AppError where they could not be handed over; they are kept, and setting them again hands them over */
  publish(tenant: string, changes: readonly DecisionChange[]): Promise<void>;
}

/** A decision that is in force. */
export interface ActiveDecision {
  readonly decisionId: string;
  readonly decision: IncidentDecision;
}

export interface DecisionsServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly publisher: DecisionPublisher;
}

/**
 * Keeps what people decide about incidents and hands it on: stored first, then published, so that what was answered
 * survives a crash. Setting a decision again, or taking one back again, changes nothing.
 */
export class DecisionsService {
  readonly #deps: DecisionsServiceDeps;
  /** Changes wait for each other, so that none is decided on old ground. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: DecisionsServiceDeps) {
    this.#deps = deps;
  }

  async list(tenant: string): Promise<readonly ActiveDecision[]> {
    return activeOf(await this.#read(tenant));
  }

  /** Sets one decision, in place of one about the same thing. */
  async put(
    tenant: string,
    decision: IncidentDecision,
  ): Promise<ActiveDecision & { readonly isNew: boolean }> {
    const active = toActive(decision);
    return await this.#exclusively(async () => {
      const known = await this.#read(tenant);
      const isNew = !activeOf(known).some(({ decisionId }) => decisionId === active.decisionId);
      checkRoom(activeOf(known).length + (isNew ? 1 : 0));
      await this.#change(tenant, known, [active]);
      return { ...active, isNew };
    });
  }

  /** Sets all decisions at once: those that are not among them are taken back. */
  async replace(tenant: string, decisions: readonly IncidentDecision[]): Promise<readonly ActiveDecision[]> {
    const wanted = new Map(decisions.map((decision) => [decisionIdOf(decision), toActive(decision)]));
    checkRoom(wanted.size);
    return await this.#exclusively(async () => {
      const known = await this.#read(tenant);
      const gone = activeOf(known).filter(({ decisionId }) => !wanted.has(decisionId));
      await this.#change(tenant, known, [
        ...gone.map(({ decisionId }) => ({ decisionId, decision: undefined })),
        ...wanted.values(),
      ]);
      return [...wanted.values()];
    });
  }

  /** Takes a decision back; one that was taken back already is none any more. */
  async remove(tenant: string, decisionId: string): Promise<void> {
    await this.#exclusively(async () => {
      const known = await this.#read(tenant);
      if (!known.some((change) => change.decisionId === decisionId)) throw notFound('decision');
      await this.#change(tenant, known, [{ decisionId, decision: undefined }]);
    });
  }

  async #change(
    tenant: string,
    known: readonly DecisionChange[],
    wanted: readonly { readonly decisionId: string; readonly decision: IncidentDecision | undefined }[],
  ): Promise<void> {
    const changes = wanted.map(({ decisionId, decision }): DecisionChange => {
      const before = known.find((change) => change.decisionId === decisionId);
      if (before !== undefined && isSame(before.decision, decision)) return before;
      return { decisionId, decision, version: Math.max(this.#deps.clock.now(), (before?.version ?? 0) + 1) };
    });
    const news = changes.filter((change) => !known.includes(change));
    await this.#deps.store.forTenant({ tenant }).decisions.save(news);
    await this.#deps.publisher.publish(tenant, changes);
  }

  async #read(tenant: string): Promise<readonly DecisionChange[]> {
    return await this.#deps.store.forTenant({ tenant }).decisions.list();
  }

  async #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return await result;
  }
}

function toActive(decision: IncidentDecision): ActiveDecision {
  const problem = problemOfDecision(decision);
  if (problem === undefined) return { decisionId: decisionIdOf(decision), decision };
  throw new RequestError({ code: 'CULPRIT_HTTP_INVALID', detail: `decision: ${problem}` });
}

function activeOf(changes: readonly DecisionChange[]): ActiveDecision[] {
  return changes.flatMap(({ decisionId, decision }) =>
    decision === undefined ? [] : [{ decisionId, decision }],
  );
}

function isSame(a: IncidentDecision | undefined, b: IncidentDecision | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.from(encodeState(a)).equals(encodeState(b));
}

function checkRoom(count: number): void {
  if (count <= maxDecisions) return;
  throw new RequestError({
    code: 'CULPRIT_QUERY_DECISIONS_FULL',
    detail: `at most ${maxDecisions} decisions are kept`,
    hint: 'Take back decisions that are no longer needed.',
  });
}
