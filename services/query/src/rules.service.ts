import type { Clock } from '@culprit/kernel';
import { RequestError } from '@culprit/platform';
import {
  encodeState,
  maxRules,
  problemOfRule,
  ruleIdOf,
  type RuleChange,
  type TemplateRule,
} from '@culprit/scoring';
import type { Store, StoredTemplate } from '@culprit/store';
import { notFound } from './not-found.js';
import type { RuleBody } from './rule-schemas.js';

/** Brings changes of rules to where they are applied. Giving the same twice is harmless. */
export interface RulePublisher {
  /** @throws AppError where they could not be handed over; they are kept, and setting them again hands them over */
  publish(tenant: string, changes: readonly RuleChange[]): Promise<void>;
}

/** A rule that is in force. */
export interface ActiveRule {
  readonly ruleId: string;
  readonly rule: TemplateRule;
}

export interface RulesServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly publisher: RulePublisher;
}

/**
 * Keeps what people decide about templates and hands it on: stored first, then published, so that what was answered
 * survives a crash. Setting a rule again, or taking one back again, changes nothing.
 */
export class RulesService {
  readonly #deps: RulesServiceDeps;
  /** Changes wait for each other, so that none is decided on old ground. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: RulesServiceDeps) {
    this.#deps = deps;
  }

  async list(tenant: string): Promise<readonly ActiveRule[]> {
    return activeOf(await this.#read(tenant));
  }

  async find(tenant: string, ruleId: string): Promise<ActiveRule> {
    const found = (await this.list(tenant)).find((active) => active.ruleId === ruleId);
    if (found === undefined) throw notFound('rule');
    return found;
  }

  /** Sets one rule, in place of one about the same thing. */
  async put(tenant: string, body: RuleBody): Promise<ActiveRule & { readonly isNew: boolean }> {
    const active = toActive(await this.#ruleOf(tenant, body));
    return await this.#exclusively(async () => {
      const known = await this.#read(tenant);
      const isNew = !activeOf(known).some(({ ruleId }) => ruleId === active.ruleId);
      if (isNew) checkRoom(activeOf(known).length + 1);
      await this.#change(tenant, known, [active]);
      return { ...active, isNew };
    });
  }

  /** Sets all rules at once: those that are not among them are taken back. */
  async replace(tenant: string, bodies: readonly RuleBody[]): Promise<readonly ActiveRule[]> {
    const wanted = new Map<string, ActiveRule>();
    for (const body of bodies) {
      const active = toActive(await this.#ruleOf(tenant, body));
      wanted.set(active.ruleId, active);
    }
    checkRoom(wanted.size);
    return await this.#exclusively(async () => {
      const known = await this.#read(tenant);
      const gone = activeOf(known).filter(({ ruleId }) => !wanted.has(ruleId));
      await this.#change(tenant, known, [
        ...gone.map(({ ruleId }) => ({ ruleId, rule: undefined })),
        ...wanted.values(),
      ]);
      return [...wanted.values()];
    });
  }

  /** Takes a rule back; one that was taken back already is none any more. */
  async remove(tenant: string, ruleId: string): Promise<void> {
    await this.#exclusively(async () => {
      const known = await this.#read(tenant);
      if (!known.some((change) => change.ruleId === ruleId)) throw notFound('rule');
      await this.#change(tenant, known, [{ ruleId, rule: undefined }]);
    });
  }

  async #change(
    tenant: string,
    known: readonly RuleChange[],
    wanted: readonly { readonly ruleId: string; readonly rule: TemplateRule | undefined }[],
  ): Promise<void> {
    const changes = wanted.map(({ ruleId, rule }): RuleChange => {
      const before = known.find((change) => change.ruleId === ruleId);
      if (before !== undefined && isSameRule(before.rule, rule)) return before;
      return { ruleId, rule, version: Math.max(this.#deps.clock.now(), (before?.version ?? 0) + 1) };
    });
    const news = changes.filter((change) => !known.includes(change));
    await this.#deps.store.forTenant({ tenant }).templateRules.save(news);
    await this.#deps.publisher.publish(tenant, changes);
  }

  async #read(tenant: string): Promise<readonly RuleChange[]> {
    return await this.#deps.store.forTenant({ tenant }).templateRules.list();
  }

  /** The rule of a request; ids of templates become their texts, which is what holds after everything is learned anew. */
  async #ruleOf(tenant: string, body: RuleBody): Promise<TemplateRule> {
    const { template, templates: several, templateIds, ruleId: _, environment, logType, ...decision } = body;
    const templates = textsOf({ template, templates: several });
    if ((templates === undefined) === (templateIds === undefined))
      throw invalid('templates', 'expected either templates, by their texts, or templateIds');
    const subject =
      templateIds === undefined
        ? { environment: environment ?? '', logType: logType ?? '', templates: templates ?? [] }
        : await this.#subjectOf(tenant, body);
    const rule = ruleFrom(decision, subject);
    const problem = problemOfRule(rule);
    if (problem !== undefined) throw invalid('templates', problem);
    return rule;
  }

  async #subjectOf(tenant: string, { templateIds = [], environment, logType }: RuleBody): Promise<Subject> {
    const { templates } = this.#deps.store.forTenant({ tenant });
    const found: StoredTemplate[] = [];
    for (const id of templateIds) {
      const all = (await templates.find(id)).filter(
        (template) =>
          template.environment === (environment ?? template.environment) &&
          template.logType === (logType ?? template.logType),
      );
      if (all.length === 0) throw invalid('templateIds', `there is no template ${id}`);
      found.push(...all);
    }
    const places = new Set(found.map((template) => JSON.stringify([template.environment, template.logType])));
    const [first] = found;
    if (first === undefined || places.size > 1)
      throw invalid('templateIds', 'expected templates of one log type; a rule for several names texts');
    const merged = await this.#membersOf(tenant, found);
    return { environment: first.environment, logType: first.logType, templates: merged };
  }

  /** A merged template is spoken of by the templates it was made of: that stays true when the merge is undone. */
  async #membersOf(tenant: string, found: readonly StoredTemplate[]): Promise<readonly string[]> {
    const rules = await this.list(tenant);
    const merges = new Map(
      rules.flatMap(({ ruleId, rule }) => (rule.kind === 'merge' ? [[ruleId, rule.templates] as const] : [])),
    );
    const texts = found.flatMap(({ text, marks }) => {
      const members = marks.ruleIds.flatMap((ruleId) => merges.get(ruleId) ?? []);
      return members.length === 0 ? [text] : members;
    });
    return [...new Set(texts)];
  }

  async #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return await result;
  }
}

interface Subject {
  readonly environment: string;
  readonly logType: string;
  readonly templates: readonly string[];
}

type Decision =
  | { readonly kind: 'pin' | 'merge' }
  | { readonly kind: 'rename'; readonly name: string }
  | { readonly kind: 'split'; readonly wildcard: number; readonly words: readonly string[] }
  | { readonly kind: 'mute'; readonly until: number; readonly reason: string };

/** The texts that a rule names: one, or several; undefined for none or for both ways at once. */
export function textsOf(about: Pick<RuleBody, 'template' | 'templates'>): readonly string[] | undefined {
  const { template, templates } = about;
  if (template === undefined) return templates;
  return templates === undefined ? [template] : undefined;
}

/** The rule that a decision about templates is. */
export function ruleFrom(decision: Decision, subject: Subject): TemplateRule {
  if (decision.kind !== 'mute') return { ...subject, ...decision };
  return { ...subject, kind: 'mute', untilMillis: decision.until, reason: decision.reason };
}

function toActive(rule: TemplateRule): ActiveRule {
  return { ruleId: ruleIdOf(rule), rule };
}

function activeOf(changes: readonly RuleChange[]): ActiveRule[] {
  return changes.flatMap(({ ruleId, rule }) => (rule === undefined ? [] : [{ ruleId, rule }]));
}

function isSameRule(a: TemplateRule | undefined, b: TemplateRule | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.from(encodeState(a)).equals(encodeState(b));
}

function checkRoom(count: number): void {
  if (count <= maxRules) return;
  throw new RequestError({
    code: 'CULPRIT_QUERY_RULES_FULL',
    detail: `at most ${maxRules} rules are kept`,
    hint: 'Take back rules that are no longer needed; one rule may name up to 100 templates.',
  });
}

function invalid(field: string, rule: string): RequestError {
  return new RequestError({
    code: 'CULPRIT_HTTP_INVALID',
    detail: `${field}: ${rule}`,
    errors: [{ field, rule }],
  });
}
