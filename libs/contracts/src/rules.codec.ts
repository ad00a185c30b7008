import { assertNever } from '@culprit/kernel';
import { problemOfRule, type RuleChange, type TemplateRule } from '@culprit/scoring';
import { malformed } from './errors.js';
import {
  RawRecord,
  type TemplateRule as WireRule,
  type TemplateRuleChange as WireChange,
} from './gen/culprit/logs/v1/raw.js';
import { toMillisOrNever, toSafeInteger } from './wire.js';

/**
 * Records of the raw topic that tell what people decided about templates: as many as it takes to stay within a size.
 *
 * @param maxBytes of one record; a single rule is smaller than any sensible limit
 */
export function encodeRuleChanges(
  changes: readonly RuleChange[],
  maxBytes: number,
): Uint8Array<ArrayBuffer>[] {
  const bytes = RawRecord.encode({ rules: { changes: changes.map(changeToWire) } }).finish();
  if (bytes.length <= maxBytes || changes.length < 2) return [bytes];
  const half = Math.ceil(changes.length / 2);
  return [changes.slice(0, half), changes.slice(half)].flatMap((part) => encodeRuleChanges(part, maxBytes));
}

/** The changes of a rules record. @throws AppError CULPRIT_CONTRACTS_MALFORMED for a rule that cannot be */
export function rulesFromWire(changes: readonly WireChange[]): RuleChange[] {
  return changes.map(({ ruleId, version, rule }) => ({
    ruleId,
    version: toSafeInteger(version, 'template rule: version'),
    rule: rule === undefined ? undefined : checked(ruleFromWire(rule)),
  }));
}

function changeToWire({ ruleId, version, rule }: RuleChange): WireChange {
  return { ruleId, version: BigInt(version), rule: rule === undefined ? undefined : ruleToWire(rule) };
}

function ruleToWire(rule: TemplateRule): WireRule {
  const { environment, logType } = rule;
  const subject = { environment, logType, templates: [...rule.templates] };
  switch (rule.kind) {
    case 'pin':
      return { ...subject, pin: {} };
    case 'rename':
      return { ...subject, rename: { name: rule.name } };
    case 'merge':
      return { ...subject, merge: {} };
    case 'split':
      return { ...subject, split: { wildcard: rule.wildcard, words: [...rule.words] } };
    case 'mute':
      return { ...subject, mute: { untilMillis: rule.untilMillis, reason: rule.reason } };
    default:
      return assertNever(rule);
  }
}

function ruleFromWire(wire: WireRule): TemplateRule {
  const { environment, logType, templates, rename, split, mute } = wire;
  const subject = { environment, logType, templates };
  if (wire.pin !== undefined) return { ...subject, kind: 'pin' };
  if (rename !== undefined) return { ...subject, kind: 'rename', name: rename.name };
  if (wire.merge !== undefined) return { ...subject, kind: 'merge' };
  if (split !== undefined) return { ...subject, kind: 'split', wildcard: split.wildcard, words: split.words };
  if (mute === undefined) throw malformed('template rule: no decision');
  const untilMillis = toMillisOrNever(mute.untilMillis, 'template rule: until');
  return { ...subject, kind: 'mute', untilMillis, reason: mute.reason };
}

function checked(rule: TemplateRule): TemplateRule {
  const problem = problemOfRule(rule);
  if (problem !== undefined) throw malformed(`template rule: ${problem}`);
  return rule;
}
