import { toDisplayText } from '@culprit/kernel';
import { useMutation } from '@tanstack/react-query';
import type { DecisionJson, IncidentJson } from '@culprit/service-query/module';
import { useState, type FormEvent } from 'react';
import { request } from '../api/request.js';
import { Dialog } from '../app/dialog.js';
import { muteEnds, muteUntil } from '../app/mute-ends.js';

/** Mutes what a report is about: its kind, or everything of one place. */
export function MuteIncident({ report }: { readonly report: IncidentJson }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        Mute …
      </button>
      {isOpen ? (
        <Dialog title="Tell nothing more of this" onClose={() => setOpen(false)}>
          <MuteForm report={report} />
        </Dialog>
      ) : null}
    </>
  );
}

function MuteForm({ report }: { readonly report: IncidentJson }) {
  const [subject, setSubject] = useState('type');
  const [days, setDays] = useState('7');
  const [reason, setReason] = useState('');
  const mute = useMutation({
    mutationFn: () =>
      request<DecisionJson>('incident-decisions', {
        method: 'POST',
        body: {
          ...subjectOf(report, subject),
          environment: report.environment,
          until: muteUntil(days),
          reason,
        },
      }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    mute.mutate();
  };
  return (
    <form className="scan-form" onSubmit={submit}>
      <Choice label="What" value={subject} options={subjectsOf(report)} onChange={setSubject} />
      <Choice label="How long" value={days} options={muteEnds} onChange={setDays} />
      <label className="field">
        Why, for those who find it later
        <input
          type="text"
          required
          maxLength={2_000}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      <button type="submit" className="button button-primary" disabled={mute.isPending || mute.isSuccess}>
        Mute
      </button>
      <p role="status" className="quiet">
        {mute.isSuccess ? 'Muted; Settings lists it and takes it back.' : (mute.error?.message ?? '')}
      </p>
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label className="field">
      {label}
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {toDisplayText(text)}
          </option>
        ))}
      </select>
    </label>
  );
}

function subjectsOf({ logTypes, hosts }: IncidentJson): readonly (readonly [string, string])[] {
  return [
    ['type', 'this kind of incident'],
    ...logTypes.map((name) => [`logType ${name}`, `everything of the log type ${name}`] as const),
    ...hosts.map((name) => [`host ${name}`, `everything of the host ${name}`] as const),
  ];
}

function subjectOf({ incidentType }: IncidentJson, subject: string): Record<string, unknown> {
  const at = subject.indexOf(' ');
  if (at < 0) return { kind: 'mute', incidentType };
  return { kind: 'mute-labels', labels: { [subject.slice(0, at)]: subject.slice(at + 1) } };
}
