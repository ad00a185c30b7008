const shapeBySignificance: Readonly<Record<string, string>> = { high: '▲', medium: '◆', low: '●' };

/** How sure it is that somebody should look: a shape, a word and a colour, each of which is enough. */
export function Significance({ value }: { readonly value: string }) {
  return (
    <span className={`significance significance-${value}`}>
      <span aria-hidden="true">{shapeBySignificance[value] ?? '●'}</span> {value}
    </span>
  );
}
