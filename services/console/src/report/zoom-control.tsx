interface ZoomControlProps {
  readonly zoom: number;
  /** Events at zoom 0 to 3. */
  readonly counts: readonly number[];
  readonly onChange: (zoom: number) => void;
}

const names = ['Core', 'Zoom 1', 'Zoom 2', 'Zoom 3'] as const;

/** How far round the core one looks; every level holds the one before. */
export function ZoomControl({ zoom, counts, onChange }: ZoomControlProps) {
  return (
    <fieldset className="zoom">
      <legend>Related events</legend>
      {names.map((name, level) => (
        <label key={name} className={level <= zoom ? 'zoom-level is-inside' : 'zoom-level'}>
          <input
            type="radio"
            name="zoom"
            checked={zoom === level}
            onChange={() => onChange(level)}
            aria-label={`${name}, ${counts[level] ?? 0} events`}
          />
          <span className="zoom-dot" aria-hidden="true" />
          <span className="zoom-name">{name}</span>
          <span className="zoom-count">{counts[level] ?? 0}</span>
        </label>
      ))}
    </fieldset>
  );
}
