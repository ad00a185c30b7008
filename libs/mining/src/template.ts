import type { TemplateId } from '@culprit/kernel';

/** What others need to know of a template: its identity and its text with `<*>` where values vary. */
export interface TemplateSnapshotInfo {
  readonly templateId: TemplateId;
  readonly text: string;
  readonly count: number;
}

/** Something the miner learned about its table since the last time it was asked. */
export type TemplateChange =
  | { readonly kind: 'created'; readonly templateId: TemplateId; readonly text: string }
  | { readonly kind: 'generalised'; readonly templateId: TemplateId; readonly text: string }
  | { readonly kind: 'merged'; readonly templateId: TemplateId; readonly into: TemplateId };
