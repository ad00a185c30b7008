/** Severity as a word; its weight and colour follow. */
export function SeverityTag({ severity }: { readonly severity: string }) {
  if (severity === '') return null;
  return <span className={`severity severity-${severity.toLowerCase()}`}>{severity}</span>;
}
