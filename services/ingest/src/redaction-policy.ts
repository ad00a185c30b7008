import { redactionGroups } from '@culprit/records';
import type { RedactionGroup } from '@culprit/records';

/** What is replaced before lines are stored, for each tenant. */
export interface RedactionPolicy {
  readonly everyone: readonly RedactionGroup[];
  readonly byTenant: Readonly<Record<string, readonly RedactionGroup[]>>;
}

/**
 * Reads `secrets+cards` for everyone and `tenant:secrets+cards+emails` or `tenant:none` for one, with commas between.
 * Undefined where a word is not known.
 */
export function parseRedactionPolicy(text: string): RedactionPolicy | undefined {
  let everyone: readonly RedactionGroup[] = ['secrets', 'cards'];
  const byTenant: [string, readonly RedactionGroup[]][] = [];
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue;
    const colon = part.lastIndexOf(':');
    const groups = parseGroups(part.slice(colon + 1));
    if (groups === undefined || colon === 0) return undefined;
    if (colon < 0) everyone = groups;
    else byTenant.push([part.slice(0, colon), groups]);
  }
  return { everyone, byTenant: Object.fromEntries(byTenant) };
}

function parseGroups(text: string): readonly RedactionGroup[] | undefined {
  if (text === 'none') return [];
  const groups: RedactionGroup[] = [];
  for (const word of text.split('+')) {
    const group = redactionGroups.find((known) => known === word);
    if (group === undefined) return undefined;
    groups.push(group);
  }
  return groups;
}
