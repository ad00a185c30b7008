import { hashText, parseTemplateId, type TemplateId } from '@culprit/kernel';
import { joinTexts } from './join-texts.js';
import { concerns, ruleIdOf, type MuteRule, type SplitRule, type TemplateRule } from './template-rule.js';
import { TextPattern } from './text-pattern.js';
import { WordedLine } from './worded-line.js';

/** How a template is told apart by a value. */
export interface Split {
  /** Which `<*>`, counted from 0. */
  readonly wildcard: number;
  /** Empty: every value. */
  readonly words: ReadonlySet<string>;
}

/** A template that a rule names, in one log type. */
export interface ControlledTemplate {
  readonly templateId: TemplateId;
  readonly pattern: TextPattern;
  /** Its own id, or that of the templates it is merged with. */
  readonly canonicalId: TemplateId;
  readonly split: Split | undefined;
  readonly marks: TemplateMarks;
}

/** What people decided about a template, as far as it is shown. */
export interface TemplateMarks {
  readonly name: string | undefined;
  readonly mute: Pick<MuteRule, 'untilMillis' | 'reason'> | undefined;
  /** Rules about the template, in order. */
  readonly ruleIds: readonly string[];
}

/** Templates that are one. */
export interface MergedTemplate {
  readonly templateId: TemplateId;
  readonly text: string;
  readonly marks: TemplateMarks;
}

/** What rules mean for one log type. */
export interface ControlPlan {
  /** The most specific first: a message belongs to the first that it matches. */
  readonly templates: readonly ControlledTemplate[];
  readonly merged: readonly MergedTemplate[];
}

/** No marks at all. */
export const noMarks: TemplateMarks = { name: undefined, mute: undefined, ruleIds: [] };

interface LogTypeName {
  readonly environment: string;
  readonly logType: string;
}

/** Id of a template that a rule names: the same wherever and whenever the rule is applied. */
export function controlledIdOf({ environment, logType }: LogTypeName, texts: readonly string[]): TemplateId {
  const id = parseTemplateId(hashText(JSON.stringify(['rule', environment, logType, ...texts])));
  if (id === undefined) throw new Error('a hash is 16 hex digits');
  return id;
}

/** What the rules mean for a log type. O(templates of all rules). Rules may come in any order. */
export function planOf(rules: readonly TemplateRule[], logType: LogTypeName): ControlPlan {
  const relevant = rules
    .filter((rule) => concerns(rule, logType.environment, logType.logType))
    .map((rule) => ({ rule, ruleId: ruleIdOf(rule) }))
    .toSorted((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
  const patternByText = new Map<string, TextPattern>();
  const rulesByText = new Map<string, { rule: TemplateRule; ruleId: string }[]>();
  const groups = new Groups();
  for (const entry of relevant) {
    const texts = entry.rule.templates.map((text) => {
      const pattern = new TextPattern(text);
      patternByText.set(pattern.text, pattern);
      rulesByText.set(pattern.text, [...(rulesByText.get(pattern.text) ?? []), entry]);
      return pattern.text;
    });
    if (entry.rule.kind === 'merge') groups.unite(texts);
  }
  const templates = [...patternByText].map(([text, pattern]): ControlledTemplate => {
    const members = groups.membersOf(text);
    const about = rulesByText.get(text) ?? [];
    return {
      templateId: controlledIdOf(logType, [text]),
      pattern,
      canonicalId: controlledIdOf(logType, members),
      split: splitOf(about.map(({ rule }) => rule)),
      marks: marksOf(about),
    };
  });
  templates.sort((a, b) => b.pattern.weight - a.pattern.weight || (a.pattern.text < b.pattern.text ? -1 : 1));
  return { templates, merged: mergedOf(templates) };
}

/** The marks of any template of the log type, also of one that a split made: it is as mute as what was split. */
export function marksOfTemplate(plan: ControlPlan, templateId: TemplateId, text: string): TemplateMarks {
  const known = [...plan.merged, ...plan.templates].find((one) => one.templateId === templateId);
  if (known !== undefined) return known.marks;
  const parent = parentOfPart(plan, templateId, text);
  return parent === undefined
    ? noMarks
    : { name: undefined, mute: parent.marks.mute, ruleIds: parent.marks.ruleIds };
}

/** The template that was split into parts, one of which has this text. */
function parentOfPart(
  plan: ControlPlan,
  templateId: TemplateId,
  text: string,
): ControlledTemplate | undefined {
  const line = new WordedLine();
  line.loadText(text);
  return plan.templates.find(
    ({ split, pattern, templateId: id }) => split !== undefined && id !== templateId && pattern.matches(line),
  );
}

function splitOf(rules: readonly TemplateRule[]): Split | undefined {
  const splits = rules.filter((rule): rule is SplitRule => rule.kind === 'split');
  const [first] = splits;
  if (first === undefined) return undefined;
  const sameWildcard = splits.filter((rule) => rule.wildcard === first.wildcard);
  const isOpen = sameWildcard.some(({ words }) => words.length === 0);
  return {
    wildcard: first.wildcard - 1,
    words: new Set(isOpen ? [] : sameWildcard.flatMap(({ words }) => words)),
  };
}

function marksOf(about: readonly { readonly rule: TemplateRule; readonly ruleId: string }[]): TemplateMarks {
  let name: string | undefined;
  let mute: TemplateMarks['mute'];
  for (const { rule } of about) {
    if (rule.kind === 'rename') name ??= rule.name;
    if (rule.kind === 'mute' && (mute === undefined || rule.untilMillis > mute.untilMillis))
      mute = { untilMillis: rule.untilMillis, reason: rule.reason };
  }
  return { name, mute, ruleIds: about.map(({ ruleId }) => ruleId) };
}

function mergedOf(templates: readonly ControlledTemplate[]): MergedTemplate[] {
  const membersById = new Map<TemplateId, ControlledTemplate[]>();
  for (const template of templates) {
    if (template.canonicalId === template.templateId) continue;
    membersById.set(template.canonicalId, [...(membersById.get(template.canonicalId) ?? []), template]);
  }
  return [...membersById].map(([templateId, members]) => ({
    templateId,
    text: joinTexts(members.map(({ pattern }) => pattern.text).toSorted()),
    marks: marksOfAll(members.map(({ marks }) => marks)),
  }));
}

/** Mute only as long as all are: what one person wants to hear is not taken away by a merge. */
function marksOfAll(all: readonly TemplateMarks[]): TemplateMarks {
  const names = all.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const mutes = all.flatMap(({ mute }) => (mute === undefined ? [] : [mute]));
  const shortest = mutes.toSorted((a, b) => a.untilMillis - b.untilMillis)[0];
  return {
    name: names.toSorted()[0],
    mute: mutes.length === all.length ? shortest : undefined,
    ruleIds: [...new Set(all.flatMap(({ ruleIds }) => ruleIds))].toSorted(),
  };
}

/** Texts that merges made one. */
class Groups {
  readonly #groupByText = new Map<string, Set<string>>();

  unite(texts: readonly string[]): void {
    const all = new Set(texts.flatMap((text) => this.membersOf(text)));
    for (const text of all) this.#groupByText.set(text, all);
  }

  membersOf(text: string): string[] {
    return [...(this.#groupByText.get(text) ?? [text])].toSorted();
  }
}
