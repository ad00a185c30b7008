import { toDisplayText } from '@culprit/kernel';
import { useEffect, useRef, useState } from 'react';

interface TextFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const typingMs = 250;

/** A search field: what is typed counts when the hands rest. The key `/` leads here. */
export function TextField({ label, placeholder, value, onChange }: TextFieldProps) {
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const tell = (text: string): void => {
    told.current = text;
    onChange(text);
  };
  useEffect(() => {
    // What comes back of one's own typing is older than what stands in the field.
    if (value !== told.current) setTyped(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    if (typed === told.current) return undefined;
    const timer = setTimeout(() => tell(typed), typingMs);
    return () => clearTimeout(timer);
  });
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      data-filter=""
      spellCheck={false}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') tell(typed);
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}

interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}

/** A choice of one. A value that is not among the options (an old address) stays visible. */
export function SelectField({ label, value, options, onChange }: SelectFieldProps) {
  const all = options.some(([known]) => known === value) ? options : [...options, [value, value] as const];
  return (
    <select
      aria-label={label}
      value={value}
      className={value === '' ? '' : 'is-set'}
      onChange={(event) => onChange(event.target.value)}
    >
      {all.map(([option, text]) => (
        <option key={option} value={option}>
          {toDisplayText(text)}
        </option>
      ))}
    </select>
  );
}
