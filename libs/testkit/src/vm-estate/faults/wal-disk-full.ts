import { emitPostgres } from '../databases.js';
import type { Estate } from '../estate.js';
import { between, line, serverErrors, type PlantFault } from './fault.js';

const MINUTE = 60_000;

/** Archiving fails, the log of changes fills its disk, the primary dies in a PANIC. */
export const walDiskFull: PlantFault = (estate, dice, onset) => {
  const { sim, health } = estate;
  const failAt = onset + 100_000;
  const end = onset + 5 * MINUTE;
  between(estate, { from: onset, to: failAt, gap: () => 20_000 }, (now) => {
    const segment = `000000010000003A000000${dice.hex(2).toUpperCase()}`;
    emitPostgres(estate, now, {
      pid: 905,
      lines: [
        ['LOG', 'archive command failed with exit code 1'],
        [
          'DETAIL',
          `The failed archive command was: rsync -a pg_wal/${segment} backup@10.20.1.90:/wal/${segment}`,
        ],
      ],
    });
  });
  sim.schedule(failAt, (now) => {
    health.postgres = 'down';
    diePanicking(estate, now);
  });
  between(estate, { from: failAt + 70, to: end, gap: () => 5000 }, (now) => {
    emitPostgres(estate, now, {
      server: 'db2',
      pid: 30_200 + dice.below(700),
      lines: [
        [
          'FATAL',
          'could not connect to the primary server: connection to server at "10.20.1.18", port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?',
        ],
      ],
    });
  });
  sim.schedule(end, (now) => {
    health.postgres = 'up';
    emitPostgres(estate, now, {
      pid: 890,
      lines: [['LOG', 'database system is ready to accept connections']],
    });
  });
  return {
    culprit: 'postgresql',
    end,
    rootLines,
    symptomLines,
  };
};

const rootLines = [
  line('archiving fails', 'db1/postgresql', 'archive command failed'),
  line('disk full', 'db1/postgresql', 'No space left on device'),
];

const symptomLines = [
  line('server dies', 'db1/postgresql', 'was terminated by signal 6'),
  line('replica alone', 'db2/postgresql', 'could not connect to the primary server'),
  ...serverErrors,
];

/** The server cannot write its log of changes, ends in a PANIC, and fails once more while it recovers. */
function diePanicking(estate: Estate, now: number): void {
  emitPostgres(estate, now, {
    pid: 21_411,
    session: 'shop@shop',
    lines: [
      ['PANIC', 'could not write to file "pg_wal/xlogtemp.21411": No space left on device'],
      ['STATEMENT', 'COMMIT'],
    ],
  });
  emitPostgres(estate, now + 60, {
    pid: 890,
    lines: [
      ['LOG', 'server process (PID 21411) was terminated by signal 6: Aborted'],
      ['DETAIL', 'Failed process was running: COMMIT'],
    ],
  });
  emitPostgres(estate, now + 61, {
    pid: 890,
    lines: [['LOG', 'terminating any other active server processes']],
  });
  emitPostgres(estate, now + 900, {
    pid: 890,
    lines: [['LOG', 'all server processes terminated; reinitializing']],
  });
  emitPostgres(estate, now + 1400, {
    pid: 22_004,
    lines: [['FATAL', 'could not write to file "pg_wal/xlogtemp.22004": No space left on device']],
  });
  emitPostgres(estate, now + 1500, { pid: 890, lines: [['LOG', 'database system is shut down']] });
}
