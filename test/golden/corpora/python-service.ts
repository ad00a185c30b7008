import type { Dice } from '@culprit/testkit';
import { address, composeCorpus, pickSkewed, plainTime } from '../corpus.js';

const trace = (dice: Dice): string =>
  [
    '',
    'Traceback (most recent call last):',
    `  File "/app/jobs/worker.py", line ${60 + dice.below(9)}, in run`,
    '    result = self.handler(job)',
    '  File "/app/jobs/thumbnails.py", line 31, in handler',
    '    image = Image.open(path)',
    `FileNotFoundError: [Errno 2] No such file or directory: '/data/uploads/${dice.hex(12)}.png'`,
  ].join('\n');

const statements: readonly [(dice: Dice) => string, ...((dice: Dice) => string)[]] = [
  (dice) => `INFO jobs.worker: job ${dice.uuid()} finished in ${dice.below(9)}.${dice.below(1_000)}s`,
  (dice) => `INFO werkzeug: ${address(dice)} - - "POST /upload HTTP/1.1" 201 -`,
  (dice) => `DEBUG jobs.queue: fetched ${dice.below(20)} jobs, ${dice.below(300)} waiting`,
  (dice) =>
    `WARNING urllib3.connectionpool: Retrying (Retry(total=${dice.below(5)}, connect=None, read=None)) after connection broken by 'NewConnectionError' : /v1/objects/${dice.hex(8)}`,
  (dice) =>
    `INFO jobs.worker: user ${dice.pick(['ana', 'ben', 'cleo', 'dora', 'eric', 'finn'])} uploaded ${dice.below(9)} files (${dice.below(900)} KiB)`,
  (dice) => `ERROR jobs.worker: job ${dice.uuid()} failed${trace(dice)}`,
  () => 'CRITICAL jobs.worker: no worker left, giving up',
];

/** A Python service with the standard logging module and tracebacks. */
export const pythonService = composeCorpus(
  'python-service',
  300,
  (dice, millis) => `${plainTime(millis, ',')} ${pickSkewed(dice, statements)(dice)}`,
);
