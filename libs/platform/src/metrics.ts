/** A number that only grows. */
export interface Counter {
  add(amount?: number): void;
}

/** A number that goes up and down. */
export interface Gauge {
  set(value: number): void;
}

/** Counters that differ in one label whose values come from a closed set. */
export interface CounterFamily<Value extends string> {
  add(value: Value, amount?: number): void;
  /** Current count of one label value. */
  read(value: Value): number;
}

/** Holds the numbers of a process and prints them in the Prometheus text format 0.0.4. */
export interface Metrics {
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** A gauge that is computed when somebody looks. */
  observe(name: string, help: string, read: () => number): void;
  counters<Value extends string>(
    name: string,
    help: string,
    label: { readonly name: string; readonly values: readonly Value[] },
  ): CounterFamily<Value>;
  /** The text of `GET /metrics`. O(number of series). */
  render(): string;
}

interface Series {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly lines: () => string[];
}

const NAME_PATTERN = /^culprit_[a-z0-9_]+$/;

/** Creates an empty registry. Asking twice for the same name is a bug and throws. */
export function createMetrics(): Metrics {
  const seriesByName = new Map<string, Series>();

  function register(name: string, series: Series): void {
    if (!NAME_PATTERN.test(name)) throw new Error(`metric name must match ${NAME_PATTERN.source}: ${name}`);
    if (seriesByName.has(name)) throw new Error(`metric ${name} is registered twice`);
    seriesByName.set(name, series);
  }

  return {
    counter(name, help) {
      let total = 0;
      register(name, { type: 'counter', help, lines: () => [`${name} ${total}`] });
      return {
        add(amount = 1) {
          total += amount;
        },
      };
    },
    gauge(name, help) {
      let current = 0;
      register(name, { type: 'gauge', help, lines: () => [`${name} ${current}`] });
      return {
        set(value) {
          current = value;
        },
      };
    },
    observe(name, help, read) {
      register(name, { type: 'gauge', help, lines: () => [`${name} ${read()}`] });
    },
    counters(name, help, label) {
      const totals = new Map<string, number>(label.values.map((value) => [value, 0]));
      const lines = () => [...totals].map(([value, total]) => `${name}{${label.name}="${value}"} ${total}`);
      register(name, { type: 'counter', help, lines });
      return {
        add(value, amount = 1) {
          totals.set(value, (totals.get(value) ?? 0) + amount);
        },
        read: (value) => totals.get(value) ?? 0,
      };
    },
    render() {
      const blocks = [...seriesByName].map(([name, { type, help, lines }]) =>
        [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()].join('\n'),
      );
      return `${blocks.join('\n')}\n`;
    },
  };
}
