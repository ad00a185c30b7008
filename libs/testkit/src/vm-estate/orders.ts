import type { Dice } from '../dice.js';
import { emitDjango } from './django.js';
import type { AppName, Estate } from './estate.js';
import { commaMillis, offsetMillis } from './stamps.js';

const tasks = ['shop.mail.send_confirmation', 'shop.stock.reserve', 'shop.search.reindex_product'] as const;

/** Writes a line of a Celery worker. */
export function emitCelery(
  estate: Estate,
  at: number,
  line: { readonly app: AppName; readonly level: string; readonly process: string; readonly text: string },
): void {
  estate.write(
    at,
    estate.rotated(line.app, 'celery/worker.log'),
    (clock) => `[${commaMillis(clock)}: ${line.level}/${line.process}] ${line.text}`,
  );
}

/** An order was paid: the application says so and gives tasks to the workers. */
export function placeOrder(estate: Estate, dice: Dice, at: number, app: AppName): void {
  const order = String(100_000 + dice.below(900_000));
  const text = `order ${order} placed by user ${String(100 + dice.below(9000))} total=${dice.between(9, 400).toFixed(2)} ${estate.health.currency}`;
  emitDjango(estate, at, { app, level: 'INFO', module: 'checkout', text });
  for (const task of tasks) runTask(estate, dice, at + dice.between(5, 60), task);
}

function runTask(estate: Estate, dice: Dice, at: number, task: string): void {
  if (estate.health.workers === 'stuck') return;
  const app: AppName = dice.pick(['app1', 'app2', 'app3']);
  const id = dice.uuid();
  const took = dice.between(0.02, 1.4);
  const result = dice.chance(0.5) ? 'None' : 'True';
  emitCelery(estate, at, {
    app,
    level: 'INFO',
    process: 'MainProcess',
    text: `Task ${task}[${id}] received`,
  });
  emitCelery(estate, at + took * 1000, {
    app,
    level: 'INFO',
    process: `ForkPoolWorker-${String(1 + dice.below(8))}`,
    text: `Task ${task}[${id}] succeeded in ${took.toFixed(9)}s: ${result}`,
  });
}

/** Writes a record of the Java batch program. */
export function emitBatch(
  estate: Estate,
  at: number,
  record: { readonly level: string; readonly logger: string; readonly lines: readonly [string, ...string[]] },
): void {
  const [first, ...rest] = record.lines;
  estate.write(at, estate.rotated('batch1', 'settlement/settlement.log'), (clock) => [
    `${offsetMillis(clock)} [settlement-${String(1 + (Math.floor(at / 1000) % 4))}] ${record.level.padEnd(5)} ${record.logger} - ${first}`,
    ...rest,
  ]);
}

/** The Java program that settles payments in small batches, with one order it can never settle. */
export function startBatch(estate: Estate): void {
  const dice = estate.dice('settlement');
  let run = 8000 + dice.below(500);
  estate.sim.repeat(
    estate.sim.now + dice.between(1000, 20_000),
    () => 20_000,
    (at) => {
      if (estate.health.batch === 'stopped') return;
      run += 1;
      const say = (offset: number, level: string, logger: string, ...lines: [string, ...string[]]): void => {
        emitBatch(estate, at + offset, { level, logger, lines });
      };
      const count = Math.max(1, Math.round(dice.between(10, 30) * estate.load));
      say(
        0,
        'INFO',
        'com.example.settlement.BatchRunner',
        `run ${String(run)} started, ${String(count)} payments open`,
      );
      for (let i = 0; i < count; i++) {
        say(
          40 + i * 30,
          'DEBUG',
          'c.e.settlement.Ledger',
          `booked payment ${String(2_000_000 + dice.below(900_000))} amount=${dice.between(9, 400).toFixed(2)}`,
        );
      }
      if (run % 9 === 0)
        say(900, 'ERROR', 'c.e.settlement.Ledger', 'cannot book payment 1999871', ...ledgerTrace);
      say(
        1500,
        'INFO',
        'com.example.settlement.BatchRunner',
        `run ${String(run)} finished in ${String(1400 + dice.below(600))} ms`,
      );
    },
  );
}

const ledgerTrace = [
  'com.example.settlement.UnknownAccountException: account 77120 does not exist',
  '\tat com.example.settlement.Ledger.book(Ledger.java:141)',
  '\tat com.example.settlement.BatchRunner.settle(BatchRunner.java:88)',
  '\tat java.base/java.util.concurrent.FutureTask.run(FutureTask.java:264)',
  '\tat java.base/java.lang.Thread.run(Thread.java:829)',
  'Caused by: java.util.NoSuchElementException: No value present',
  '\tat java.base/java.util.Optional.orElseThrow(Optional.java:382)',
  '\t... 4 more',
] as const;
