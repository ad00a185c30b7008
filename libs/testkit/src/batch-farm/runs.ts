import type { Dice } from '../dice.js';
import type { Farm } from './farm.js';
import { files } from './farm.js';

const RUN_INTERVAL = 300_000;
const SOURCES = ['orders', 'payments', 'refunds', 'visits', 'stock', 'prices', 'reviews', 'returns'] as const;
const EPOCHS = 8;

/** One run of the pipeline on its way from stage to stage. */
interface Run {
  readonly farm: Farm;
  readonly dice: Dice;
  readonly id: string;
}

/** Every five minutes a model is trained anew: fetch, validate, build features, train, publish. */
export function startRuns(farm: Farm): void {
  const dice = farm.dice('runs');
  let number = 4100 + dice.below(900);
  farm.tick(farm.sim.now + 20_000, RUN_INTERVAL, (now) => {
    number += 1;
    const run = { farm, dice, id: `r-${String(number)}` };
    plan(run, now, 'run_started', '"stages":5');
    fetch(run, now + 200);
  });
}

function plan({ farm, id }: Run, at: number, event: string, rest: string): void {
  farm.json(at, files.plan, 'info', `"event":"${event}","run":"${id}",${rest}`);
}

function finish(run: Run, at: number, stage: string, millis: number): void {
  plan(run, at, 'stage_finished', `"stage":"${stage}","seconds":${(millis / 1000).toFixed(2)}`);
}

function fail(run: Run, at: number, stage: string, reason: string): void {
  run.farm.json(
    at,
    files.plan,
    'error',
    `"event":"run_failed","run":"${run.id}","stage":"${stage}","reason":"${reason}","retry_in_s":300`,
  );
}

function fetch(run: Run, at: number): void {
  const { farm, dice, id } = run;
  let time = at;
  for (const source of SOURCES) {
    const pairs = `component=fetch run=${id} source=${source}`;
    const took = dice.between(700, 2600) * (farm.health.sources === 'slow' ? 9 : 1);
    time += took;
    if (farm.health.token === 'expired') {
      farm.logfmt(
        time,
        files.fetch,
        'error',
        `${pairs} msg="source refused" status=401 err="token is expired"`,
      );
      fail(run, time + 90, 'fetch', `source ${source} unavailable`);
      return;
    }
    const rows = source === 'payments' && farm.health.payments === 'empty' ? 0 : 9000 + dice.below(4000);
    farm.logfmt(
      time,
      files.fetch,
      'info',
      `${pairs} msg="source read" rows=${String(rows)} bytes=${String(rows * 212)} dur=${(took / 1000).toFixed(3)}s`,
    );
  }
  finish(run, time + 40, 'fetch', time - at);
  farm.sim.schedule(time + 100, (now) => {
    validate(run, now);
  });
}

function validate(run: Run, at: number): void {
  const { farm, dice, id } = run;
  let time = at;
  for (const source of SOURCES) {
    time += dice.between(200, 500);
    if (source === 'prices' && farm.health.schema === 'changed') {
      farm.json(
        time,
        files.validate,
        'error',
        `"msg":"schema mismatch","run":"${id}","table":"${source}","column":"amount","expected":"decimal(12,2)","found":"string","rows_rejected":${String(9000 + dice.below(4000))}`,
      );
      fail(run, time + 60, 'validate', `table ${source} rejected`);
      return;
    }
    farm.json(
      time,
      files.validate,
      'info',
      `"msg":"partition accepted","run":"${id}","table":"${source}","null_share":${dice.between(0.001, 0.01).toFixed(4)}`,
    );
  }
  finish(run, time + 30, 'validate', time - at);
  farm.sim.schedule(time + 100, (now) => {
    buildFeatures(run, now);
  });
}

function buildFeatures(run: Run, at: number): void {
  const { farm, dice, id } = run;
  const { features } = farm.health;
  if (features === 'hung') return;
  farm.plain(
    at,
    files.features,
    'INFO',
    'feature-builder',
    `run ${id}: joining ${String(SOURCES.length)} tables`,
  );
  if (features === 'killed') {
    dieOfMemory(run, at + 9000);
    return;
  }
  let time = at;
  for (const group of ['recency', 'frequency', 'value', 'season']) {
    time += dice.between(4000, 8000);
    const columns = String(8 + dice.below(5));
    farm.plain(
      time,
      files.features,
      'INFO',
      'feature-builder',
      `run ${id}: group ${group} built, ${columns} columns`,
    );
  }
  finish(run, time + 40, 'features', time - at);
  farm.sim.schedule(time + 300, (now) => {
    train(run, now);
  });
}

function dieOfMemory(run: Run, at: number): void {
  const { farm, dice } = run;
  const pid = String(2000 + dice.below(20_000));
  farm.journal(
    at,
    'etl2',
    'kernel',
    `Out of memory: Killed process ${pid} (feature-builder) total-vm:61203344kB, anon-rss:31899120kB`,
  );
  farm.journal(
    at + 200,
    'etl2',
    'systemd[1]',
    'feature-builder.service: Main process exited, code=killed, status=9/KILL',
  );
  farm.journal(
    at + 5300,
    'etl2',
    'systemd[1]',
    'feature-builder.service: Scheduled restart job, restart counter is at 1.',
  );
  fail(run, at + 6000, 'features', 'connection to feature-builder lost');
}

function train(run: Run, at: number): void {
  const { farm, dice, id } = run;
  let time = at;
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    time += dice.between(5000, 8000);
    if (farm.health.gpu === 'lost') {
      farm.plain(
        time,
        files.train,
        'ERROR',
        'trainer',
        `run ${id}: RuntimeError: CUDA error: unspecified launch failure\nTraceback (most recent call last):\n  File "/opt/churn/trainer.py", line 214, in step\n    loss.backward()`,
      );
      fail(run, time + 80, 'train', 'exit status 1');
      return;
    }
    const loss = (0.7 / Math.sqrt(epoch) + dice.between(0, 0.02)).toFixed(4);
    farm.plain(
      time,
      files.train,
      'INFO',
      'trainer',
      `run ${id}: epoch ${String(epoch)}/${String(EPOCHS)} loss=${loss} lr=0.00100`,
    );
    if (dice.chance(0.02))
      farm.plain(time + 5, files.train, 'WARNING', 'trainer', 'gradient overflow, loss scale halved');
  }
  finish(run, time + 40, 'train', time - at);
  farm.sim.schedule(time + 200, (now) => {
    publish(run, now);
  });
}

function publish(run: Run, at: number): void {
  const { farm, dice, id } = run;
  let time = at;
  for (const name of ['model.bin', 'metrics.json', 'columns.json']) {
    time += dice.between(300, 2200);
    const path = `/models/churn/${id}/${name}`;
    if (farm.health.store !== 'up') {
      const [status, reason] =
        farm.health.store === 'over-quota'
          ? [507, 'quota of bucket models exceeded']
          : [500, 'read-back of block failed'];
      farm.bracketed(time, files.store, 'error', `PUT ${path} ${String(status)} ${reason}`);
      fail(run, time + 70, 'publish', `PUT ${path} answered ${String(status)}`);
      return;
    }
    farm.bracketed(
      time,
      files.store,
      'info',
      `PUT ${path} 201 ${String(40_000 + dice.below(9_000_000))} bytes ${dice.between(0.2, 2).toFixed(2)}s`,
    );
  }
  finish(run, time + 30, 'publish', time - at);
  plan(run, time + 60, 'run_finished', `"seconds":${((time - at) / 1000 + 110).toFixed(1)}`);
  farm.json(time + 400, files.serve, 'info', `"msg":"model loaded","run":"${id}"`);
}
