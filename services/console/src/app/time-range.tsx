import { usePreferences } from './preferences.js';
import { formatRange, toMillis } from '../time/format-time.js';
import { FilterTag } from './filter-form.js';

/** Ends of a range of time as an address has them. */
export interface AddressRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Spans up to now that one chooses from a list. */
export const periods = [
  ['', 'any time'],
  ['now-15m', 'last 15 minutes'],
  ['now-1h', 'last hour'],
  ['now-1d', 'last day'],
  ['now-7d', 'last week'],
] as const;

/** A range that was drawn: its ends are times, not spans up to now. */
export function isDrawn({ from, to }: AddressRange): boolean {
  return to !== undefined || (from !== undefined && !from.startsWith('now'));
}

/** Ends of a range in milliseconds since 1970, for an address. */
export function addressRange(from: number, to: number): AddressRange {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

interface RangeTagProps {
  readonly range: AddressRange;
  readonly onChange: (range: AddressRange) => void;
}

/** A drawn range in words, a way to more of what is round it, and the way out. */
export function RangeTag({ range, onChange }: RangeTagProps) {
  const { zone } = usePreferences();
  if (range.from === undefined || range.to === undefined || !isDrawn(range)) return null;
  const [from, to] = [toMillis(range.from), toMillis(range.to)];
  if (Number.isNaN(from) || Number.isNaN(to)) return null;
  const wider = addressRange(from - (to - from), to + (to - from));
  return (
    <>
      <button type="button" className="button" onClick={() => onChange(wider)}>
        <span aria-hidden="true">−</span> Zoom out
      </button>
      <FilterTag
        text={formatRange(from, to, zone)}
        onRemove={() => onChange({ from: undefined, to: undefined })}
      />
    </>
  );
}
