import { toDisplayText } from '@culprit/kernel';
import { useQuery } from '@tanstack/react-query';
import type { RuleJson, TemplateDetailJson } from '@culprit/service-query/module';
import { useState, type FormEvent, type ReactNode } from 'react';
import { rulesQuery } from '../api/queries.js';
import { muteEnds, muteUntil } from '../app/mute-ends.js';
import { useRemoveRule, useSetRule, type NewRule } from './use-rules.js';

interface TemplateProps {
  readonly template: TemplateDetailJson;
}

/** What people can decide about an event type, and what they decided; a decision can be taken back. */
export function RuleForms({ template }: TemplateProps) {
  return (
    <section className="rules">
      <h2>Decide</h2>
      <div className="rule-forms">
        <RenameForm template={template} />
        <MuteForm template={template} />
        {template.parameters.length === 0 ? null : <SplitForm template={template} />}
      </div>
      <RuleList ruleIds={template.ruleIds} />
    </section>
  );
}

function subjectOf({ templateId, environment, logType }: TemplateDetailJson) {
  return { templateIds: [templateId], environment, logType };
}

function RenameForm({ template }: TemplateProps) {
  const [name, setName] = useState(template.name ?? '');
  return (
    <RuleForm title="Name" action="Rename" rule={() => ({ ...subjectOf(template), kind: 'rename', name })}>
      <label className="field">
        What people call it
        <input
          type="text"
          required
          maxLength={500}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
    </RuleForm>
  );
}

function MuteForm({ template }: TemplateProps) {
  const [reason, setReason] = useState('');
  const [days, setDays] = useState('7');
  return (
    <RuleForm
      title="Mute"
      action="Mute"
      rule={() => ({ ...subjectOf(template), kind: 'mute', until: muteUntil(days), reason })}
    >
      <label className="field">
        Why it says nothing new
        <input
          type="text"
          required
          maxLength={2_000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <label className="field">
        How long
        <select value={days} onChange={(event) => setDays(event.target.value)}>
          {muteEnds.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
    </RuleForm>
  );
}

function SplitForm({ template }: TemplateProps) {
  const [wildcard, setWildcard] = useState(1);
  return (
    <RuleForm
      title="Split"
      action="Split"
      rule={() => ({ ...subjectOf(template), kind: 'split', wildcard, words: [] })}
    >
      <label className="field">
        One event type for each value of
        <select value={wildcard} onChange={(event) => setWildcard(Number(event.target.value))}>
          {template.parameters.map((parameter) => (
            <option key={parameter.wildcard} value={parameter.wildcard}>
              {`<*> ${parameter.wildcard} ${parameter.name ?? ''} (${parameter.distinctCount} different)`}
            </option>
          ))}
        </select>
      </label>
    </RuleForm>
  );
}

interface RuleFormProps {
  readonly title: string;
  readonly action: string;
  readonly rule: () => NewRule;
  readonly children: ReactNode;
}

function RuleForm({ title, action, rule, children }: RuleFormProps) {
  const set = useSetRule();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    set.mutate(rule());
  };
  return (
    <form onSubmit={submit}>
      <h3>{title}</h3>
      {children}
      <button type="submit" className="button" disabled={set.isPending}>
        {action}
      </button>
      <p role="status" className="quiet">
        {set.isSuccess ? 'Set; it holds for every line from now on.' : (set.error?.message ?? '')}
      </p>
    </form>
  );
}

function RuleList({ ruleIds }: { readonly ruleIds: readonly string[] }) {
  const { data } = useQuery(rulesQuery);
  const remove = useRemoveRule();
  const rules = (data?.rules ?? []).filter(({ ruleId }) => ruleIds.includes(ruleId));
  if (rules.length === 0) return null;
  return (
    <ul className="rule-list">
      {rules.map((rule) => (
        <li key={rule.ruleId}>
          {toDisplayText(ruleText(rule))}
          <button type="button" className="button" onClick={() => remove.mutate(rule.ruleId)}>
            Take back
          </button>
        </li>
      ))}
    </ul>
  );
}

function ruleText(rule: RuleJson): string {
  const textByKind = {
    rename: `Named “${rule.name ?? ''}”`,
    mute: `Muted ${rule.until === null ? 'for ever' : `until ${rule.until ?? ''}`}: ${rule.reason ?? ''}`,
    split: `Split at variable ${rule.wildcard ?? ''}`,
    merge: `Merged from ${rule.templates.length} event types`,
    pin: 'Pinned: never merged by itself',
  };
  return textByKind[rule.kind];
}
