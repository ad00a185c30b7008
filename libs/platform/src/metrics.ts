/** A number that only grows. */
export interface Counter {
  add(amount?: number): void;
}

/** A number that goes up and down. */
export interface Gauge {
  set(value: number): void;
}

/** How often values fall between bounds. */
export interface Histogram {
  record(value: number): void;
}

/** Counters that differ in one label whose values come from a closed set. */
export interface CounterFamily<Value extends string> {
  add(value: Value, amount?: number): void;
  /** Current count of one label value. */
  read(value: Value): number;
}

/** Tells series of one name apart; values come from closed sets. */
export interface Label {
  readonly name: string;
  readonly value: string;
}

/** What a histogram holds. */
export interface HistogramValue {
  /** Upper bounds, rising; values above the last are counted behind it. */
  readonly bounds: readonly number[];
  /** One more than there are bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** One series of a {@link MetricFamily} as it is now. */
export interface MetricPoint {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | HistogramValue;
}

/** All series of one name. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly points: readonly MetricPoint[];
}

/**
 * Holds the numbers of a process. Counting is an addition to a number; whoever exports reads {@link families}. A name
 * may be asked for again only with another value of its label.
 */
export interface Metrics {
  counter(name: string, help: string, label?: Label): Counter;
  gauge(name: string, help: string, label?: Label): Gauge;
  /** @param bounds upper bounds of the buckets, rising */
  histogram(name: string, help: string, bounds: readonly number[], label?: Label): Histogram;
  /** A gauge that is computed when somebody looks. */
  observe(name: string, help: string, read: () => number, label?: Label): void;
  /** A counter that is computed when somebody looks. */
  observeTotal(name: string, help: string, read: () => number, label?: Label): void;
  counters<Value extends string>(
    name: string,
    help: string,
    label: { readonly name: string; readonly values: readonly Value[] },
  ): CounterFamily<Value>;
  /** Everything as it is now. O(number of series). */
  families(): readonly MetricFamily[];
  /** The text of `GET /metrics` in the Prometheus text format 0.0.4. */
  render(): string;
}

interface Entry {
  readonly type: MetricFamily['type'];
  readonly help: string;
  readonly labelName: string;
  readonly read: (() => readonly MetricPoint[])[];
}

const NAME_PATTERN = /^culprit_[a-z0-9_]+$/;

/** Creates an empty registry. Asking twice for the same series is a bug and throws. */
export function createMetrics(): Metrics {
  return new Registry();
}

class Registry implements Metrics {
  readonly #entries = new Map<string, Entry>();
  readonly #series = new Set<string>();

  counter(name: string, help: string, label?: Label): Counter {
    let total = 0;
    this.observeTotal(name, help, () => total, label);
    return {
      add(amount = 1) {
        total += amount;
      },
    };
  }

  gauge(name: string, help: string, label?: Label): Gauge {
    let current = 0;
    this.observe(name, help, () => current, label);
    return {
      set(value) {
        current = value;
      },
    };
  }

  histogram(name: string, help: string, bounds: readonly number[], label?: Label): Histogram {
    const counts = Array.from({ length: bounds.length + 1 }, () => 0);
    let sum = 0;
    let count = 0;
    this.#add('histogram', { name, help, label }, () => ({ bounds, counts: [...counts], sum, count }));
    return {
      record(value) {
        let bucket = 0;
        while (value > (bounds[bucket] ?? Infinity)) bucket++;
        counts[bucket] = (counts[bucket] ?? 0) + 1;
        sum += value;
        count += 1;
      },
    };
  }

  observe(name: string, help: string, read: () => number, label?: Label): void {
    this.#add('gauge', { name, help, label }, read);
  }

  observeTotal(name: string, help: string, read: () => number, label?: Label): void {
    this.#add('counter', { name, help, label }, read);
  }

  counters<Value extends string>(
    name: string,
    help: string,
    label: { readonly name: string; readonly values: readonly Value[] },
  ): CounterFamily<Value> {
    const totals = new Map<string, number>(label.values.map((value) => [value, 0]));
    this.#entryOf('counter', { name, help, label: { name: label.name, value: '*' } }).read.push(() =>
      [...totals].map(([value, total]) => ({ labels: { [label.name]: value }, value: total })),
    );
    return {
      add(value, amount = 1) {
        totals.set(value, (totals.get(value) ?? 0) + amount);
      },
      read: (value) => totals.get(value) ?? 0,
    };
  }

  families(): readonly MetricFamily[] {
    return [...this.#entries].map(([name, { help, type, read }]) => ({
      name,
      help,
      type,
      points: read.flatMap((points) => points()),
    }));
  }

  render(): string {
    return `${this.families().map(blockOf).join('\n')}\n`;
  }

  #add(type: Entry['type'], place: Place, read: () => MetricPoint['value']): void {
    const labels = place.label === undefined ? {} : { [place.label.name]: place.label.value };
    this.#entryOf(type, place).read.push(() => [{ labels, value: read() }]);
  }

  #entryOf(type: Entry['type'], { name, help, label }: Place): Entry {
    if (!NAME_PATTERN.test(name)) throw new Error(`metric name must match ${NAME_PATTERN.source}: ${name}`);
    const labelName = label?.name ?? '';
    const entry = this.#entries.get(name) ?? { type, help, labelName, read: [] };
    if (entry.type !== type || entry.labelName !== labelName)
      throw new Error(`metric ${name} is registered twice, and not in the same way`);
    const series = `${name} ${label?.value ?? ''}`;
    if (this.#series.has(series)) throw new Error(`metric ${series.trimEnd()} is registered twice`);
    this.#series.add(series);
    this.#entries.set(name, entry);
    return entry;
  }
}

interface Place {
  readonly name: string;
  readonly help: string;
  readonly label: Label | undefined;
}

function blockOf({ name, help, type, points }: MetricFamily): string {
  const lines = points.flatMap(({ labels, value }) =>
    typeof value === 'number' ? [lineOf(name, labels, value)] : bucketLines(name, labels, value),
  );
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join('\n');
}

/** Buckets of Prometheus hold all values up to their bound. */
function bucketLines(
  name: string,
  labels: MetricPoint['labels'],
  { bounds, counts, sum, count }: HistogramValue,
): string[] {
  let below = 0;
  const buckets = [...bounds, Infinity].map((bound, index) => {
    below += counts[index] ?? 0;
    const le = bound === Infinity ? '+Inf' : String(bound);
    return lineOf(`${name}_bucket`, { ...labels, le }, below);
  });
  return [lineOf(`${name}_count`, labels, count), lineOf(`${name}_sum`, labels, sum), ...buckets];
}

/** Label values come from closed sets of ours: none needs to be escaped. */
function lineOf(name: string, labels: MetricPoint['labels'], value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
  return pairs.length === 0 ? `${name} ${value}` : `${name}{${pairs.join(',')}} ${value}`;
}
