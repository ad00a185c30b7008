export { binMillis } from './structured-event.js';
export type {
  ControlChange,
  EventSource,
  StructuredBatch,
  StructuredEvent,
  TemplateAlias,
  TemplateControl,
  TemplateCount,
} from './structured-event.js';
export { anomalySurprise, relatedSurprise } from './anomaly.js';
export type { Anomaly, AnomalyBatch, Evidence, EvidenceKind, LogTypeActivity } from './anomaly.js';
export { compareEvents } from './event-order.js';
export { Scorer } from './scorer.js';
export type { ScoringCounters } from './scorer.js';
export { defaultScoringOptions } from './options.js';
export type { ScoringOptions } from './options.js';
export { formatDuration, severityWord } from './sentences.js';
export { decodeState, encodeState } from './state-codec.js';
export {
  concerns,
  maxPartsOfSplit,
  maxRules,
  maxTemplatesOfRule,
  maxTemplateText,
  problemOfRule,
  ruleIdOf,
} from './rules/template-rule.js';
export type {
  MergeRule,
  MuteRule,
  PinRule,
  RenameRule,
  RuleChange,
  SplitRule,
  TemplateRule,
} from './rules/template-rule.js';
export { controlledIdOf, marksOfTemplate, planOf } from './rules/control-plan.js';
export type { ControlledTemplate, ControlPlan, Split, TemplateMarks } from './rules/control-plan.js';
export { RuleSet } from './rules/rule-set.js';
export { TextPattern, wildcard } from './rules/text-pattern.js';
export { WordedLine } from './rules/worded-line.js';
