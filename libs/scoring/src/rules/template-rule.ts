import { hashText } from '@culprit/kernel';
import { TextPattern, wildcard } from './text-pattern.js';

/** Most templates that one rule names. */
export const maxTemplatesOfRule = 100;
/** Most rules that are kept. */
export const maxRules = 1_000;
/** Most UTF-16 units of a template's text in a rule. */
export const maxTemplateText = 4_000;
/** Most UTF-16 units of all texts of a rule: it must fit a record of the bus. */
const maxRuleText = 100_000;
/** Most parts that a split makes by itself; further values stay together. */
export const maxPartsOfSplit = 100;

/** Which templates a rule is about. */
interface RuleSubject {
  /** Empty: in every environment. */
  readonly environment: string;
  /** Empty: in every log type. */
  readonly logType: string;
  /** Texts with `<*>` where values vary, 1..{@link maxTemplatesOfRule}; a message belongs to the most specific. */
  readonly templates: readonly string[];
}

/** The templates keep their texts whatever is learned, and are never forgotten. Every other rule does so too. */
export interface PinRule extends RuleSubject {
  readonly kind: 'pin';
}

/** A name for people. */
export interface RenameRule extends RuleSubject {
  readonly kind: 'rename';
  readonly name: string;
}

/** The templates, two or more, are one. */
export interface MergeRule extends RuleSubject {
  readonly kind: 'merge';
}

/** The one template is several, told apart by the value at a wildcard. */
export interface SplitRule extends RuleSubject {
  readonly kind: 'split';
  /** Which `<*>` of the text, counted from 1. */
  readonly wildcard: number;
  /** Only these values become templates of their own; empty: each of the first {@link maxPartsOfSplit} does. */
  readonly words: readonly string[];
}

/** Nothing unusual about the templates is reported; they are counted and learned as before. */
export interface MuteRule extends RuleSubject {
  readonly kind: 'mute';
  /** Event time from which they are reported again, ms since 1970; Infinity: never. */
  readonly untilMillis: number;
  readonly reason: string;
}

/** What a person decided about templates. Data alone: no code, no regular expression. */
export type TemplateRule = PinRule | RenameRule | MergeRule | SplitRule | MuteRule;

/** A rule as it was last changed. Of two changes of one rule the one with the higher version counts, wherever it comes from. */
export interface RuleChange {
  readonly ruleId: string;
  /** Rises with every change of the rule, integer. */
  readonly version: number;
  /** Undefined where the rule was taken back. */
  readonly rule: TemplateRule | undefined;
}

/** The same for rules about the same thing: setting one again replaces it. 16 hex digits. */
export function ruleIdOf(rule: TemplateRule): string {
  const texts = rule.templates.map((text) => new TextPattern(text).text).toSorted();
  const place = rule.kind === 'split' ? rule.wildcard : 0;
  return hashText(JSON.stringify([rule.kind, rule.environment, rule.logType, place, texts]));
}

/** Why a rule cannot be, in words; undefined if it can. */
export function problemOfRule(rule: TemplateRule): string | undefined {
  const { templates } = rule;
  if (templates.length === 0 || templates.length > maxTemplatesOfRule)
    return `expected 1 to ${maxTemplatesOfRule} templates, got ${templates.length}`;
  const patterns = templates.map((text) => new TextPattern(text));
  if (templates.some((text) => text.length > maxTemplateText))
    return `expected texts of at most ${maxTemplateText} characters`;
  if (templates.reduce((sum, text) => sum + text.length, 0) > maxRuleText)
    return `expected at most ${maxRuleText} characters in all templates`;
  if (patterns.some((pattern) => pattern.weight === 0))
    return `expected texts with more than ${wildcard}: everything is no template`;
  const isMerge = rule.kind === 'merge';
  if (isMerge && new Set(patterns.map((pattern) => pattern.text)).size < 2)
    return 'expected two or more different templates to merge';
  return rule.kind === 'split' ? problemOfSplit(rule, patterns) : undefined;
}

function problemOfSplit(rule: SplitRule, [pattern, ...others]: readonly TextPattern[]): string | undefined {
  if (others.length > 0 || pattern === undefined) return 'expected one template to split';
  const count = pattern.wildcardCount;
  if (count === 0) return `expected a template with ${wildcard}; this one has nothing to split at`;
  if (!Number.isInteger(rule.wildcard) || rule.wildcard < 1 || rule.wildcard > count)
    return `expected a wildcard from 1 to ${count}, got ${rule.wildcard}`;
  return rule.words.length > maxPartsOfSplit ? `expected at most ${maxPartsOfSplit} words` : undefined;
}

/** Whether the rule is about this log type. */
export function concerns(rule: TemplateRule, environment: string, logType: string): boolean {
  return (
    (rule.environment === '' || rule.environment === environment) &&
    (rule.logType === '' || rule.logType === logType)
  );
}
