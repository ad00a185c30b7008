import type { TemplateId } from '@culprit/kernel';
import { applyAlias, createTemplateBaseline } from './baseline.js';
import type { LogTypeBaseline } from './baseline.js';
import { resolveAlias } from './open-bins.js';
import type { TemplateControl } from './structured-event.js';

/** A decision with the lane it came through: what the order of decisions depends on. */
export interface LaneControl {
  readonly lane: number;
  readonly control: TemplateControl;
}

/** In order of version, then lane, then arrival in it: the same however the lanes were interleaved. */
export function compareControls(a: LaneControl, b: LaneControl): number {
  return a.control.version - b.control.version || a.lane - b.lane;
}

/**
 * Applies what a person decided to what was learned.
 *
 * @param maxTemplates remembered of a kind; the oldest go
 */
export function applyControl(logType: LogTypeBaseline, control: TemplateControl, maxTemplates: number): void {
  const { change } = control;
  switch (change.kind) {
    case 'joined':
      join(logType, control, maxTemplates);
      return;
    case 'separated':
      separate(logType, change.templateId, change.other);
      return;
    case 'muted':
      logType.mutedUntil.set(change.templateId, change.untilMillis);
      trim(logType.mutedUntil, maxTemplates);
      return;
    case 'unmuted':
      logType.mutedUntil.delete(change.templateId);
      return;
    case 'retired':
      logType.mutedUntil.delete(change.templateId);
      logType.templates.delete(change.templateId);
  }
}

/** Whether nothing of the template is reported in the bin that starts at `bin`. */
export function isMuted(logType: LogTypeBaseline, templateId: TemplateId, bin: number): boolean {
  return bin < (logType.mutedUntil.get(templateId) ?? -Infinity);
}

function join(logType: LogTypeBaseline, control: TemplateControl, maxTemplates: number): void {
  const { change } = control;
  if (change.kind !== 'joined') return;
  const { aliases } = logType;
  // The two may have stood for each other the other way round until now.
  if (resolveAlias(change.other, aliases) === change.templateId) aliases.delete(change.other);
  const into = resolveAlias(change.other, aliases);
  if (into === change.templateId) return;
  const { templateId } = change;
  applyAlias(logType, { ...control, templateId, into }, maxTemplates);
}

/** It is no news, but its pace is yet to be learned: what was known is the pace of more than it. */
function separate(logType: LogTypeBaseline, templateId: TemplateId, other: TemplateId): void {
  const { aliases, templates } = logType;
  const known = templates.get(resolveAlias(other, aliases));
  aliases.delete(templateId);
  if (known === undefined || templates.has(templateId)) return;
  templates.set(templateId, {
    ...createTemplateBaseline(templateId, known.firstSeen),
    lastSeen: known.lastSeen,
    lastObserved: known.lastObserved,
    total: 1,
    episodes: known.episodes,
    episodesAt: known.episodesAt,
    badness: known.badness,
    lastEvent: undefined,
  });
}

function trim(map: Map<unknown, unknown>, limit: number): void {
  const [oldest] = map.keys();
  if (map.size > limit && oldest !== undefined) map.delete(oldest);
}
