import { Dice } from '@culprit/testkit';
import { blocksOf, START } from '../detection/scenario-cases.js';
import type { Source } from '../detection/case.js';

/** How a made-up system without a fault lives. */
export interface OrdinaryLife {
  readonly seed: number;
  readonly hours: number;
}

interface Written {
  readonly timeMillis: number;
  readonly json: string;
}

/** A kind of small trouble: what its service writes, and what the service that called it writes then. */
interface Kind {
  readonly lines: readonly Line[];
  readonly echo: Line | undefined;
}

interface Line {
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly text: string;
}

interface Service {
  readonly name: string;
  readonly caller: string;
  readonly dice: Dice;
  /** Mean time between two small troubles, and between two pieces of other news, ms. */
  readonly troubleGap: number;
  readonly newsGap: number;
  readonly requestGap: number;
  readonly requests: readonly string[];
  readonly troubles: Kinds;
  readonly news: Kinds;
}

/** Kinds met so far, and how often each came. */
interface Kinds {
  readonly known: { readonly kind: Kind; count: number }[];
  total: number;
}

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Discount and strength of the process by which kinds are new (Pitman and Yor 1997): their number grows as a power of time. */
const DISCOUNT = 0.6;
const STRENGTH = 2;
const BURST_SHARE = 0.2;
const ECHO_SHARE = 0.3;
const TRACE_SHARE = 0.08;
const syllables = 'ba ce di fo gu ha je ki lo mu na pe qi ro su ta ve wi xo zu'.split(' ');
const troubleWords = [
  'request timed out, retrying',
  'could not parse',
  'slow query',
  'rejected by validation',
  'connection reset by peer, reconnecting',
  'deprecated option',
  'failed to refresh',
  'unexpected token in',
  'lock not acquired within',
  'conflict while saving',
  'invalid signature of',
  'exceeded quota of',
] as const;

/**
 * Services under even load to which small things happen all the time: a call that fails once, a slow query, the bad input
 * of one customer. Each is of a kind that came before, or of a new one with a chance that falls as the service grows
 * older; one in five comes in a burst of several, one in three is told by the caller too. Nothing ever breaks.
 */
export function ordinaryLife({ seed, hours }: OrdinaryLife): Source {
  const lines = write(seed, hours * HOUR);
  return {
    lanes: [{ file: 'life.ndjson', blocks: blocksOf(lines, () => {}) }],
    referenceMillis: START + hours * HOUR,
  };
}

function write(seed: number, length: number): readonly Written[] {
  const dice = new Dice(seed, 'ordinary life');
  const names = Array.from({ length: 6 + dice.below(14) }, () => `${word(dice)}-${word(dice)}`);
  const services = names.map((name, index) =>
    createService({ seed, name, caller: names[index >> 1] ?? name }),
  );
  const written = services.flatMap((service) => [
    ...requestsOf(service, length),
    ...happeningsOf(service, length, 'troubles'),
    ...happeningsOf(service, length, 'news'),
  ]);
  return written.toSorted((a, b) => a.timeMillis - b.timeMillis);
}

function createService(of: {
  readonly seed: number;
  readonly name: string;
  readonly caller: string;
}): Service {
  const dice = new Dice(of.seed, of.name);
  return {
    name: of.name,
    caller: of.caller,
    dice,
    troubleGap: 8 * MINUTE * 10 ** dice.between(0, 1),
    newsGap: 6 * MINUTE * 10 ** dice.between(0, 1),
    requestGap: 4 * SECOND * 10 ** dice.between(0, 1),
    requests: Array.from({ length: 3 }, () => `handled ${word(dice)} ${word(dice)} in`),
    troubles: { known: [], total: 0 },
    news: { known: [], total: 0 },
  };
}

function requestsOf({ name, dice, requestGap, requests }: Service, length: number): Written[] {
  const written: Written[] = [];
  for (let at = dice.gap(requestGap); at < length; at += dice.gap(requestGap)) {
    const text = `${requests[dice.below(requests.length)] ?? ''} ${String(5 + Math.floor(dice.gap(20)))} ms`;
    written.push(lineOf(name, at, { level: 'INFO', text }));
  }
  return written;
}

function happeningsOf(service: Service, length: number, what: 'troubles' | 'news'): Written[] {
  const { name, caller, dice } = service;
  const gap = what === 'troubles' ? service.troubleGap : service.newsGap;
  const written: Written[] = [];
  for (let at = dice.gap(gap); at < length; at += dice.gap(gap)) {
    const { lines, echo } = drawKind(dice, service[what], what);
    const times = dice.chance(BURST_SHARE) ? 2 + dice.below(4) : 1;
    for (let time = at, i = 0; i < times; i++, time += dice.gap(2 * SECOND)) {
      for (const [index, line] of lines.entries()) written.push(lineOf(name, time + index * 3, line));
      if (echo !== undefined) written.push(lineOf(caller, time + 40, echo));
    }
  }
  return written;
}

/** A kind known already, by how often it came, or a new one. */
function drawKind(dice: Dice, kinds: Kinds, what: 'troubles' | 'news'): Kind {
  let rest = dice.between(0, kinds.total + STRENGTH);
  for (const one of kinds.known) {
    rest -= one.count - DISCOUNT;
    if (rest >= 0) continue;
    one.count += 1;
    kinds.total += 1;
    return one.kind;
  }
  const kind = what === 'troubles' ? createTrouble(dice) : { lines: [createNews(dice)], echo: undefined };
  kinds.known.push({ kind, count: 1 });
  kinds.total += 1;
  return kind;
}

function createTrouble(dice: Dice): Kind {
  const subject = `${word(dice)} ${word(dice)} ${word(dice)}`;
  const trouble = dice.pick(troubleWords);
  const trace = dice.chance(TRACE_SHARE)
    ? `\n\tat ${word(dice)}.${word(dice)}(${word(dice)}.java:${String(10 + dice.below(400))})`.repeat(3)
    : '';
  const first: Line = {
    level: dice.chance(0.6) && trace === '' ? 'WARN' : 'ERROR',
    text: `${subject}: ${trouble} ${word(dice)}${trace}`,
  };
  const more = Array.from({ length: dice.below(3) }, (): Line => createNews(dice));
  const echo: Line | undefined = dice.chance(ECHO_SHARE)
    ? { level: dice.chance(0.7) ? 'WARN' : 'ERROR', text: `call of ${subject} failed` }
    : undefined;
  return { lines: [first, ...more], echo };
}

function createNews(dice: Dice): Line {
  return { level: 'INFO', text: `${word(dice)} ${word(dice)} of ${word(dice)} ${word(dice)} done` };
}

function word(dice: Dice): string {
  return `${dice.pick(['a', 'e', ''])}${syllables[dice.below(20)] ?? ''}${syllables[dice.below(20)] ?? ''}${syllables[dice.below(20)] ?? ''}`;
}

function lineOf(service: string, at: number, { level, text }: Line): Written {
  const timeMillis = START + Math.floor(at);
  const time = new Date(timeMillis).toISOString();
  const json = JSON.stringify({ time, service, level, message: text });
  return { timeMillis, json };
}
