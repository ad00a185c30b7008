import { readFileSync } from 'node:fs';
import { problemOfRule, ruleIdOf, type RuleChange, type TemplateRule } from '@culprit/scoring';
import { z } from 'zod';
import { CliError, exitCodes, fileError } from '../cli-error.js';
import { parseTime } from './time-argument.js';

const maxRulesInFile = 1_000;
const nanosPerMilli = 1_000_000n;

const subject = { environment: z.string().default(''), logType: z.string().default('') };
const template = z.string().min(1);
const ruleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pin'), ...subject, template }),
  z.strictObject({ kind: z.literal('rename'), ...subject, template, name: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal('merge'), ...subject, templates: z.array(template) }),
  z.strictObject({
    kind: z.literal('split'),
    ...subject,
    template,
    wildcard: z.int(),
    words: z.array(z.string()).default([]),
  }),
  z.strictObject({
    kind: z.literal('mute'),
    ...subject,
    template,
    reason: z.string().min(1).max(500),
    until: z.string().optional(),
  }),
]);
const fileSchema = z.strictObject({ rules: z.array(ruleSchema).max(maxRulesInFile) });

/**
 * Reads what people decided about event types: `{"rules": [{"kind": "mute", "template": "…", "reason": "…"}]}`.
 *
 * @throws CliError that names the rule and what is wrong with it
 */
export function readTemplateRules(path: string): RuleChange[] {
  const parsed = fileSchema.safeParse(readJson(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') ?? '';
    throw badRules(path, `${place === '' ? 'the file' : place}: ${issue?.message ?? 'not understood'}`);
  }
  return parsed.data.rules.map((given, index) => {
    const rule = ruleOf(given);
    const problem = problemOfRule(rule);
    if (problem !== undefined) throw badRules(path, `rules.${index}: ${problem}`);
    return { ruleId: ruleIdOf(rule), version: 1, rule };
  });
}

function ruleOf(given: z.output<typeof ruleSchema>): TemplateRule {
  const { environment, logType } = given;
  const templates = given.kind === 'merge' ? given.templates : [given.template];
  const about = { environment, logType, templates };
  if (given.kind === 'rename') return { kind: 'rename', ...about, name: given.name };
  if (given.kind === 'split')
    return { kind: 'split', ...about, wildcard: given.wildcard, words: given.words };
  if (given.kind !== 'mute') return { kind: given.kind, ...about };
  const untilMillis = given.until === undefined ? Infinity : Number(parseTime(given.until) / nanosPerMilli);
  return { kind: 'mute', ...about, untilMillis, reason: given.reason };
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(path, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRules(path, error instanceof Error ? error.message : 'not JSON');
  }
}

function badRules(path: string, problem: string): CliError {
  return new CliError(
    `${path}: ${problem}. See "culprit templates --help" for the form of a rule.`,
    exitCodes.badInput,
  );
}
