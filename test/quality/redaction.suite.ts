import { EnvelopeReader, Redactor, numberedPseudonyms } from '@culprit/records';
import { findRealData } from './labelled-lines.js';
import { readSystem, readUnlabelled, systems } from './parsing/corpora.js';
import { sum } from './suite.js';
import type { Claim, Row, Suite } from './suite.js';

/** One ordinary line in so many may lose something. */
const LINES_A_FALSE_FIND = 10_000;
const MOST_SHARE_OF_READING = 0.05;
const ROUNDS = 30;
const FIRST_ROUNDS = 5;

/** Ordinary lines of real systems: in how many is something taken for a secret, and what does looking cost? */
export const redactionSuite: Suite = ({ say }) => {
  const labelled = findRealData('loghub_2k');
  const plain = findRealData('loki_drain');
  if ('missing' in labelled) return Promise.resolve({ rows: [], claims: [], notes: [labelled.missing] });
  const logs = [
    ...systems.map(({ name }) => ({ name, lines: readSystem(labelled.path, name).rawLines })),
    ...('missing' in plain ? [] : readUnlabelled(plain.path)),
  ];
  const rows = logs.map(({ name, lines }) => {
    say(`secrets in ${name}`);
    return judge(name, lines);
  });
  return Promise.resolve({
    rows,
    claims: [findsClaim(rows), costClaim(rows)],
    notes: [
      'The lines were published and hold no secrets: whatever is replaced in them is a false find. What is found is tested in libs/records.',
      'CPU is that of reading lines as text and of looking for secrets, in one process, turn by turn.',
      ...('missing' in plain ? [plain.missing] : []),
    ],
  });
};

function judge(name: string, lines: readonly string[]): Row {
  const text = Buffer.from(`${lines.join('\n')}\n`);
  const reader = new EnvelopeReader({ defaults: { environment: 'quality' } });
  const redactor = new Redactor({
    groups: new Set(['secrets', 'cards']),
    pseudonyms: numberedPseudonyms(),
  });
  let [reading, looking, found] = [0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage().user;
    const { batch } = reader.read(text, 'text', Number.NaN);
    const read = process.cpuUsage().user;
    const { redacted } = redactor.redact(batch);
    const done = process.cpuUsage().user;
    found = [...redacted.values()].reduce((total, count) => total + count, 0);
    // The first rounds are those of the compiler.
    if (round < FIRST_ROUNDS) continue;
    reading += read - start;
    looking += done - read;
  }
  const measured = lines.length * (ROUNDS - FIRST_ROUNDS);
  return {
    log: name,
    lines: lines.length,
    replaced: found,
    'ns a line to read': Math.round((reading / measured) * 1_000),
    'ns a line to look': Math.round((looking / measured) * 1_000),
  };
}

function findsClaim(rows: readonly Row[]): Claim {
  const [lines, found] = [sum(rows, 'lines'), sum(rows, 'replaced')];
  return {
    claim: `something is replaced in at most one ordinary line of ${LINES_A_FALSE_FIND}`,
    isMet: found * LINES_A_FALSE_FIND <= lines,
    measured: `${found} in ${lines} lines of ${rows.length} logs`,
  };
}

function costClaim(rows: readonly Row[]): Claim {
  const share = sum(rows, 'ns a line to look') / sum(rows, 'ns a line to read');
  return {
    claim: `looking costs at most ${MOST_SHARE_OF_READING} of reading`,
    isMet: share <= MOST_SHARE_OF_READING,
    measured: share.toFixed(2),
  };
}
