import { toDisplayText } from '@culprit/kernel';
import type { IncidentEventJson } from '@culprit/service-query/module';
import { useMemo, useRef, useState } from 'react';
import { usePreferences } from '../app/preferences.js';
import { useWidth } from '../app/use-width.js';
import { axisTicks, formatClock, toMillis } from '../time/format-time.js';
import { Role } from './role.js';
import { lanesOf, spanOf, type Lane, type TimeSpan } from './lanes.js';

const laneHeight = 22;
const axisHeight = 24;
const pixelsPerTick = 110;
const maxFoldedLanes = 12;
const labelCharacterWidth = 6.7;

interface LaneChartProps {
  readonly events: readonly IncidentEventJson[];
  readonly zoom: number;
  readonly start: string;
  readonly selected: string | undefined;
  readonly onSelect: (eventId: string) => void;
}

/** Log types by time: which programs were touched, in which order. The same events stand below as lines. */
export function LaneChart({ events, zoom, start, selected, onSelect }: LaneChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [isUnfolded, setUnfolded] = useState(false);
  const lanes = useMemo(() => lanesOf(events), [events]);
  const span = useMemo(() => spanOf(events, start), [events, start]);
  const shown = isUnfolded ? lanes : lanes.slice(0, maxFoldedLanes);
  const layout = { width, labelWidth: labelWidthOf(shown, width), span };
  return (
    <div ref={frame} className="lane-chart">
      <svg
        role="img"
        aria-label={`${events.length} events of ${lanes.length} log types by time; the list below has the same`}
        width={width}
        height={shown.length * laneHeight + axisHeight}
      >
        <Axis layout={layout} height={shown.length * laneHeight} start={toMillis(start)} />
        {shown.map((lane, i) => (
          <LaneRow key={lane.logType} {...{ lane, layout, zoom, selected, onSelect }} top={i * laneHeight} />
        ))}
      </svg>
      <Legend zoom={zoom} hasRelated={events.some((event) => event.zoom > 0)} />
      {lanes.length > maxFoldedLanes ? (
        <button type="button" className="link-button" onClick={() => setUnfolded(!isUnfolded)}>
          {isUnfolded ? 'Fewer log types' : `${lanes.length - maxFoldedLanes} more log types`}
        </button>
      ) : null}
    </div>
  );
}

/** What the shapes mean. */
function Legend({ zoom, hasRelated }: { readonly zoom: number; readonly hasRelated: boolean }) {
  return (
    <p className="lane-legend">
      <Role role="cause" isRelated={false} />
      <Role role="symptom" isRelated={false} />
      <Role role="context" isRelated={false} />
      {hasRelated ? <Role role="context" isRelated /> : null}
      {hasRelated ? <span className="tag tag-new">new at zoom {zoom}</span> : null}
      <span>┊ the trouble starts</span>
    </p>
  );
}

interface Layout {
  readonly width: number;
  readonly labelWidth: number;
  readonly span: TimeSpan;
}

function Axis({
  layout,
  height,
  start,
}: {
  readonly layout: Layout;
  readonly height: number;
  readonly start: number;
}) {
  const { zone } = usePreferences();
  const { width, labelWidth, span } = layout;
  const ticks = axisTicks(span.from, span.to, Math.max(2, (width - labelWidth) / pixelsPerTick));
  const precision = (ticks[1] ?? span.to) - (ticks[0] ?? span.from) < 1_000 ? 'millis' : 'seconds';
  const startX = xOf(start, layout);
  return (
    <g className="axis">
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(${xOf(tick, layout)} 0)`}>
          <line y2={height + 4} />
          <text y={height + 17} textAnchor="middle">
            {formatClock(tick, zone, precision)}
          </text>
        </g>
      ))}
      <line className="axis-start" x1={startX} x2={startX} y2={height + 4}>
        <title>the trouble starts</title>
      </line>
    </g>
  );
}

interface LaneRowProps {
  readonly lane: Lane;
  readonly layout: Layout;
  readonly top: number;
  readonly zoom: number;
  readonly selected: string | undefined;
  readonly onSelect: (eventId: string) => void;
}

function LaneRow({ lane, layout, top, zoom, selected, onSelect }: LaneRowProps) {
  const { width, labelWidth } = layout;
  const middle = laneHeight / 2;
  const name = toDisplayText(lane.logType);
  const label = fitted(name, labelWidth / labelCharacterWidth - 2);
  return (
    <g transform={`translate(0 ${top})`} className={lane.hasCore ? 'lane' : 'lane lane-related'}>
      <line className="lane-line" x1={labelWidth} x2={width} y1={middle} y2={middle} />
      <text x={labelWidth - 12} y={middle + 4} textAnchor="end">
        <title>{name}</title>
        {label}
      </text>
      {lane.events.map((event) => (
        <Mark
          key={event.eventId}
          event={event}
          x={xOf(toMillis(event.time), layout)}
          y={middle}
          isNew={zoom > 0 && event.zoom === zoom}
          isSelected={event.eventId === selected}
          onSelect={onSelect}
        />
      ))}
    </g>
  );
}

interface MarkProps {
  readonly event: IncidentEventJson;
  readonly x: number;
  readonly y: number;
  readonly isNew: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (eventId: string) => void;
}

function Mark({ event, x, y, isNew, isSelected, onSelect }: MarkProps) {
  const names = ['mark', `mark-${event.role}`, event.zoom === 0 ? 'mark-core' : 'mark-related'];
  if (isNew) names.push('mark-new');
  if (isSelected) names.push('mark-selected');
  return (
    <g className={names.join(' ')} transform={`translate(${x} ${y})`} onClick={() => onSelect(event.eventId)}>
      <title>{toDisplayText(`${event.role} · ${event.logType}\n${event.message.slice(0, 200)}`)}</title>
      <circle className="mark-area" r={9} />
      {isSelected ? <circle className="mark-ring" r={9.5} /> : null}
      <path d={shapeOf(event)} />
    </g>
  );
}

const shapes = {
  cause: 'M0 -7L6.6 5H-6.6Z',
  symptom: 'M0 -6.2L6.2 0L0 6.2L-6.2 0Z',
  context: 'M-4.6 0A4.6 4.6 0 1 0 4.6 0A4.6 4.6 0 1 0 -4.6 0Z',
} as const;

function shapeOf(event: IncidentEventJson): string {
  return event.zoom === 0 ? shapes[event.role] : 'M-1.5 -6H1.5V6H-1.5Z';
}

function xOf(millis: number, { width, labelWidth, span }: Layout): number {
  const margin = 14;
  const share = (millis - span.from) / Math.max(1, span.to - span.from);
  return labelWidth + margin + share * Math.max(0, width - labelWidth - 2 * margin);
}

function labelWidthOf(lanes: readonly Lane[], width: number): number {
  const longest = Math.max(0, ...lanes.map(({ logType }) => logType.length));
  return Math.min(longest * labelCharacterWidth + 26, width * 0.38);
}

/** The end of a name tells more than its start. */
function fitted(name: string, characters: number): string {
  return name.length <= characters ? name : `…${name.slice(-Math.max(1, Math.floor(characters) - 1))}`;
}
