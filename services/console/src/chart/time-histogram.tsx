import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { usePreferences } from '../app/preferences.js';
import { useWidth } from '../app/use-width.js';
import { axisTicks, formatRange, formatTick } from '../time/format-time.js';
import { bucketAt, bucketCountOf, stackedBars, sumOf, type TimeCounts } from './time-bars.js';

/** What one colour of the bars stands for. */
export interface Series {
  /** Also the class of its bars: `bar-NAME`. */
  readonly name: string;
  readonly label: string;
}

interface TimeHistogramProps {
  /** What is counted, such as `records`. */
  readonly unit: string;
  readonly counts: TimeCounts;
  /** From the bottom up. */
  readonly series: readonly Series[];
  /** What a chosen range leads to, milliseconds since 1970; half open. */
  readonly onRange: (from: number, to: number) => void;
  /** Beside the legend; it gives way to what is being pointed at. */
  readonly children?: ReactNode;
  /** Drawn over the bars: gets the place of a time in pixels. */
  readonly over?: (xOf: (millis: number) => number) => ReactNode;
}

/** Pixels. */
export const barsHeight = 72;
const axisHeight = 22;
const pixelsPerTick = 90;

/** First and last bucket of what is being chosen, in the order in which they were met. */
type Choice = readonly [anchor: number, end: number];

/**
 * How much there is by time. One drags over a range, or clicks a bar, to look closer; by keyboard the arrows move from
 * bar to bar, with Shift they widen the range, and Enter takes it.
 */
export function TimeHistogram(props: TimeHistogramProps) {
  const { counts, series } = props;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [choice, setChoice] = useState<Choice>();
  const bucketCount = bucketCountOf(counts);
  const last = choice?.[1];
  const xOf = (millis: number): number =>
    ((millis - counts.from) / Math.max(1, counts.to - counts.from)) * width;
  return (
    <div className="time-histogram">
      <div className="time-histogram-head">
        <Legend {...props} choice={choice} />
        {choice === undefined ? props.children : null}
      </div>
      <div
        ref={frame}
        className="time-histogram-frame"
        role="slider"
        tabIndex={0}
        aria-label={`${props.unit} by time; arrows move, Enter looks closer`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, bucketCount - 1)}
        aria-valuenow={last ?? 0}
        aria-valuetext={useBucketText(props, choice ?? [0, 0])}
        {...choosing(props, { choice, setChoice, width })}
      >
        <svg width={width} height={barsHeight + axisHeight} aria-hidden="true">
          <HatchPattern />
          <Axis counts={counts} width={width} xOf={xOf} />
          <Bars counts={counts} series={series} xOf={xOf} />
          {choice === undefined ? null : <ChoiceArea counts={counts} choice={choice} xOf={xOf} />}
          {props.over?.(xOf)}
        </svg>
      </div>
    </div>
  );
}

/** Colours with words and numbers, of all or of what is being pointed at. */
function Legend(props: TimeHistogramProps & { readonly choice: Choice | undefined }) {
  const { counts, series, choice } = props;
  const text = useBucketText(props, choice);
  if (choice !== undefined) return <p className="time-histogram-legend">{text}</p>;
  if (series.length === 1) return null;
  const sums = series.map((_, i) => sumOf(counts.buckets.map((bucket) => bucket.counts[i] ?? 0)));
  return (
    <p className="time-histogram-legend">
      {series.map(({ name, label }, i) =>
        (sums[i] ?? 0) === 0 ? null : (
          <span key={name}>
            <span className={`swatch swatch-${name}`} aria-hidden="true" />
            {label} {(sums[i] ?? 0).toLocaleString('en')}
          </span>
        ),
      )}
    </p>
  );
}

function useBucketText({ counts, series, unit }: TimeHistogramProps, choice: Choice | undefined): string {
  const { zone } = usePreferences();
  if (choice === undefined) return '';
  const { from, to } = rangeOf(counts, choice);
  const inside = counts.buckets.filter(({ time }) => time >= from && time < to);
  const parts = series.map(({ label }, i) => ({
    label,
    count: sumOf(inside.map((bucket) => bucket.counts[i] ?? 0)),
  }));
  const total = `${sumOf(parts.map(({ count }) => count)).toLocaleString('en')} ${unit}`;
  const told = parts.filter(({ count }) => count > 0 && series.length > 1);
  const detail = told.map(({ label, count }) => `${label} ${count.toLocaleString('en')}`).join(', ');
  return `${formatRange(from, to, zone)}: ${total}${detail === '' ? '' : ` (${detail})`}`;
}

interface Choosing {
  readonly choice: Choice | undefined;
  readonly setChoice: (choice: Choice | undefined) => void;
  readonly width: number;
}

/** What pointer and keys do: both move the choice and, in the end, take it. */
function choosing({ counts, onRange }: TimeHistogramProps, { choice, setChoice, width }: Choosing) {
  const bucketUnder = (event: PointerEvent<HTMLElement>): number => {
    const share = (event.clientX - event.currentTarget.getBoundingClientRect().left) / Math.max(1, width);
    return bucketAt(counts, counts.from + share * (counts.to - counts.from));
  };
  const take = (chosen: Choice): void => {
    const { from, to } = rangeOf(counts, chosen);
    setChoice(undefined);
    onRange(from, to);
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      const bucket = bucketUnder(event);
      setChoice([bucket, bucket]);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const bucket = bucketUnder(event);
      setChoice(event.buttons === 0 || choice === undefined ? [bucket, bucket] : [choice[0], bucket]);
    },
    onPointerUp: () => {
      if (choice !== undefined) take(choice);
    },
    onPointerLeave: () => setChoice(undefined),
    onBlur: () => setChoice(undefined),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const moved = movedBy(event, choice, bucketCountOf(counts));
      if (moved !== undefined) setChoice(moved);
      else if (event.key === 'Enter' && choice !== undefined) take(choice);
      else return;
      event.preventDefault();
    },
  };
}

function movedBy(
  { key, shiftKey }: KeyboardEvent,
  choice: Choice | undefined,
  bucketCount: number,
): Choice | undefined {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step === undefined || bucketCount === 0) return undefined;
  if (choice === undefined) return step > 0 ? [0, 0] : [bucketCount - 1, bucketCount - 1];
  const end = Math.min(bucketCount - 1, Math.max(0, choice[1] + step));
  return [shiftKey ? choice[0] : end, end];
}

function rangeOf(counts: TimeCounts, [a, b]: Choice): { readonly from: number; readonly to: number } {
  const from = counts.from + Math.min(a, b) * counts.bucketMillis;
  return { from, to: counts.from + (Math.max(a, b) + 1) * counts.bucketMillis };
}

interface DrawingProps {
  readonly counts: TimeCounts;
  readonly xOf: (millis: number) => number;
}

function Bars({ counts, series, xOf }: DrawingProps & { readonly series: readonly Series[] }) {
  const bars = stackedBars(counts, barsHeight);
  const barWidth = Math.max(1, xOf(counts.from + counts.bucketMillis) - 1);
  return counts.buckets.map(({ time }, i) =>
    (bars[i] ?? []).map((part) => (
      <rect
        key={`${time} ${part.series}`}
        className={`bar bar-${series[part.series]?.name ?? ''}`}
        x={xOf(time)}
        y={part.y}
        width={barWidth}
        height={part.height}
      />
    )),
  );
}

function Axis({ counts, width, xOf }: DrawingProps & { readonly width: number }) {
  const { zone } = usePreferences();
  const ticks = axisTicks(counts.from, counts.to, Math.max(2, width / pixelsPerTick));
  const step = (ticks[1] ?? counts.to) - (ticks[0] ?? counts.from);
  return (
    <g className="axis">
      <line x2={width} y1={barsHeight + 0.5} y2={barsHeight + 0.5} />
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(${xOf(tick)} 0)`}>
          <line y1={barsHeight} y2={barsHeight + 5} />
          <text y={barsHeight + 17} textAnchor={anchorOf(xOf(tick), width)}>
            {formatTick(tick, step, zone)}
          </text>
        </g>
      ))}
    </g>
  );
}

/** Labels at the ends stay inside. */
function anchorOf(x: number, width: number): 'start' | 'middle' | 'end' {
  const room = 28;
  if (x < room) return 'start';
  return x > width - room ? 'end' : 'middle';
}

function ChoiceArea({ counts, choice, xOf }: DrawingProps & { readonly choice: Choice }) {
  const { from, to } = rangeOf(counts, choice);
  return <rect className="choice" x={xOf(from)} width={xOf(to) - xOf(from)} height={barsHeight} />;
}

/** Warnings are told from errors by more than their colour. */
function HatchPattern() {
  return (
    <defs>
      <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="hatch" width="2.4" height="4" />
      </pattern>
    </defs>
  );
}
