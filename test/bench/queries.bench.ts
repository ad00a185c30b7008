import { quantile, wallTimes } from './cost.ts';
import { startFilledServer } from './filled-server.ts';
import { startMillis } from './prepared-rows.ts';
import type { Bench, Figure } from './run.ts';

const rounds = 15;

/** What the console asks over HTTP with many rows stored. The rows are prepared ones, not mined from lines. */
export const benchQueries: Bench = async ({ directory, isFast, lines }) => {
  const rows = lines ?? (isFast ? 500_000 : 10_000_000);
  const server = await startFilledServer({ directory, rows, port: 46_815 });
  const get = async (path: string): Promise<void> => {
    const answer = await fetch(`${server.address}/api/v1/${path}`);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  };
  try {
    const figures: Figure[] = [{ name: 'rows', value: rows, unit: 'rows' }];
    for (const [name, goal, pathOf] of questions) {
      const times = await wallTimes(rounds, (i) => get(pathOf(i)));
      figures.push({ name: `${name}, median`, value: quantile(times, 0.5), unit: 'ms', goal });
    }
    return figures;
  } finally {
    await server.stop();
  }
};

const hour = (i: number): string => new Date(startMillis + i * 3_600_000).toISOString();
const template = (i: number): string => (i * 3).toString(16).padStart(16, '0');
/** An event of each round, as its id. */
const event = (i: number): string => `00-${(i * 7 + 1).toString(16).padStart(12, '0')}-00005`;

/** Every question differs from round to round, so that no cache answers it. */
const questions: readonly (readonly [name: string, goal: string, pathOf: (round: number) => string])[] = [
  ['overview', '<= 300', () => 'overview'],
  ['reports', '<= 300', (i) => `incidents?pageSize=100&to=${hour(100 + i)}`],
  ['a report', '<= 300', (i) => `incidents/inc-${i}`],
  ['zoom', '<= 300', (i) => `incidents/inc-${i}/related?zoom=2`],
  ['anomalies by time', '<= 300', (i) => `anomalies/histogram?buckets=${100 + i}`],
  ['anomalies round a report', '<= 300', (i) => `anomalies/histogram?from=${hour(i)}&to=${hour(i + 1)}`],
  ['peek', '<= 300', (i) => `events/${event(i)}/peek?before=150&after=150`],
  ['peek, log type', '<= 300', (i) => `events/${event(i)}/peek?before=150&after=150&scope=logType`],
  ['newest records', '<= 1,000', (i) => `events?pageSize=${200 + i}&counted=false`],
  ['records of a log type', '<= 1,000', (i) => `events?pageSize=200&logType=shop/service-${i}&counted=false`],
  ['errors', '<= 1,000', (i) => `events?pageSize=${200 + i}&severity=error&counted=false`],
  [
    'records of an event type',
    '<= 1,000',
    (i) => `events?pageSize=200&template=${template(i)}&counted=false`,
  ],
  ['a frequent text', '<= 1,000', (i) => `events?pageSize=${200 + i}&q=status=200&counted=false`],
  ['a rare text', '<= 1,000', (i) => `events?pageSize=200&q=took ${i * 31 + 7} ms&counted=false`],
  ['a text in an hour', '<= 1,000', (i) => `events?q=took&from=${hour(i)}&to=${hour(i + 1)}&counted=false`],
  ['records by time', '<= 1,000', (i) => `events/histogram?buckets=${100 + i}`],
  ['a log type by time', '<= 1,000', (i) => `events/histogram?logType=shop/service-${i}`],
  ['an event type by time', '<= 1,000', (i) => `events/histogram?template=${template(i)}`],
  ['errors by time', '<= 1,000', (i) => `events/histogram?severity=error&buckets=${100 + i}`],
  ['a text by time', '<= 1,000', (i) => `events/histogram?q=took ${i * 31 + 7} ms`],
  ['event types', '<= 300', (i) => `templates?pageSize=${100 + i}`],
  ['an event type', '<= 300', (i) => `templates/${template(i)}?examples=10`],
];
