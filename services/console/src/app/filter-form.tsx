import type { ReactNode } from 'react';
import { SelectField, TextField } from './fields.js';

/** A choice of one of several values for a part of the address. */
export interface FilterChoice<Name extends string> {
  readonly name: Name;
  readonly label: string;
  readonly options: readonly (readonly [value: string, text: string])[];
}

/** What a view is narrowed to, by the names of its address. */
export type FilterValues<Name extends string> = Readonly<Partial<Record<Name, string | undefined>>>;

interface FilterFormProps<Name extends string> {
  readonly label: string;
  /** What the text is sought in. */
  readonly placeholder: string;
  readonly values: FilterValues<Name | 'q'>;
  readonly choices: readonly FilterChoice<Name>[];
  readonly onChange: (name: Name | 'q', value: string) => void;
  readonly children?: ReactNode;
}

/** Narrows a view: a text and some choices. A choice between nothing is left out. */
export function FilterForm<Name extends string>(props: FilterFormProps<Name>) {
  const { values, choices, onChange } = props;
  const real = choices.filter(({ name, options }) => options.length > 2 || values[name] !== undefined);
  return (
    <form
      className="filters"
      role="search"
      aria-label={props.label}
      onSubmit={(event) => event.preventDefault()}
    >
      <TextField
        label="Text"
        placeholder={`${props.placeholder}  /`}
        value={values.q ?? ''}
        onChange={(text) => onChange('q', text)}
      />
      {real.map(({ name, label, options }) => (
        <SelectField
          key={name}
          label={label}
          value={values[name] ?? ''}
          options={options}
          onChange={(value) => onChange(name, value)}
        />
      ))}
      {props.children}
    </form>
  );
}

/** A part of the address that has no field, such as one event type, and the way out of it. */
export function FilterTag({ text, onRemove }: { readonly text: string; readonly onRemove: () => void }) {
  return (
    <button type="button" className="button" aria-label={`Not only ${text}`} onClick={onRemove}>
      {text} ✕
    </button>
  );
}
