/** A metric that an expression asks for, with the labels that it selects by. */
export interface MetricUse {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Metrics of ours in an expression of PromQL, those that rules record included. */
export function metricUses(expression: string): MetricUse[] {
  return [...expression.matchAll(/\b(culprit[_:][\w:]*)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', selector]) => ({
      name,
      labels: Object.fromEntries(
        [...(selector ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [
          label,
          value,
        ]),
      ),
    }),
  );
}

/** Uses that meet neither a series of a Prometheus text nor a recorded name, each once. */
export function unknownUses(
  uses: readonly MetricUse[],
  { text, recorded }: { readonly text: string; readonly recorded: readonly string[] },
): string[] {
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const isKnown = ({ name, labels }: MetricUse): boolean =>
    recorded.includes(name) ||
    series.some(
      (line) =>
        (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) &&
        Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
    );
  const unknown = uses.filter((use) => !isKnown(use));
  return [...new Set(unknown.map(({ name, labels }) => `${name}${JSON.stringify(labels)}`))];
}
