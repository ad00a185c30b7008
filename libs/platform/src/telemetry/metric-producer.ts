import { assertNever } from '@culprit/kernel';
import { ValueType } from '@opentelemetry/api';
import { hrTime } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type DataPoint,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { HistogramValue, MetricFamily, MetricPoint, Metrics } from '../metrics.js';

/** Lets readers of the OpenTelemetry SDK read a registry. Everything is cumulative since `createMetricProducer`. */
export function createMetricProducer(metrics: Pick<Metrics, 'families'>): MetricProducer {
  const startTime = hrTime();
  return {
    collect(): Promise<CollectionResult> {
      const span = { startTime, endTime: hrTime() };
      const data = metrics.families().map((family) => dataOf(family, span));
      const scopeMetrics = [{ scope: { name: 'culprit' }, metrics: data }];
      return Promise.resolve({ resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] });
    },
  };
}

type Span = Pick<DataPoint<number>, 'startTime' | 'endTime'>;

function dataOf({ name, help, type, points }: MetricFamily, span: Span): MetricData {
  const descriptor = { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE };
  const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  const pointOf = <Value>({ labels }: MetricPoint, value: Value): DataPoint<Value> => ({
    ...span,
    attributes: labels,
    value,
  });
  const numbers = points.flatMap((point) =>
    typeof point.value === 'number' ? [pointOf(point, point.value)] : [],
  );
  switch (type) {
    case 'counter':
      return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: numbers };
    case 'gauge':
      return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: numbers };
    case 'histogram': {
      const dataPoints = points.flatMap((point) =>
        typeof point.value === 'number' ? [] : [pointOf(point, histogramOf(point.value))],
      );
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
    }
    default:
      return assertNever(type);
  }
}

function histogramOf({ bounds, counts, sum, count }: HistogramValue): Histogram {
  return { buckets: { boundaries: [...bounds], counts: [...counts] }, sum, count };
}

/** Units in the notation of UCUM, from the name, which says them. */
function unitOf(name: string): string {
  if (name.includes('_seconds')) return 's';
  return name.includes('_bytes') ? 'By' : '1';
}
