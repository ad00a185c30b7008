import type { Farm } from './farm.js';
import { files, hostNames } from './farm.js';

/** What the machines write whether a run is under way or not. */
export function startChatter(farm: Farm): void {
  startScoring(farm);
  startHeartbeats(farm);
  for (const host of hostNames) startJournal(farm, host);
}

function startScoring(farm: Farm): void {
  const dice = farm.dice('scoring');
  farm.every(dice, 900, (at) => {
    const status = dice.chance(0.004) ? 400 : 200;
    farm.json(
      at,
      files.serve,
      status === 200 ? 'info' : 'warn',
      `"msg":"scored","path":"/v1/score","status":${String(status)},"ms":${dice.between(3, 22).toFixed(1)},"customer":${String(10_000 + dice.below(80_000))}`,
    );
  });
}

function startHeartbeats(farm: Farm): void {
  const dice = farm.dice('heartbeats');
  farm.tick(farm.sim.now + 3000, 15_000, (at) => {
    farm.json(at, files.plan, 'debug', `"event":"heartbeat","workers":5,"queue":${String(dice.below(3))}`);
  });
  farm.tick(farm.sim.now + 7000, 10_000, (at) => {
    const bad = farm.health.store === 'unreadable' ? 1 + dice.below(30) : 0;
    farm.bracketed(
      at,
      files.store,
      'info',
      `scrub: ${String(200 + dice.below(60))} blocks checked, ${String(bad)} bad`,
    );
  });
  farm.tick(farm.sim.now + 11_000, 30_000, (at) => {
    farm.journal(
      at,
      'gpu1',
      'gpu-telemetry[733]',
      `gpu0 temp=${String(58 + dice.below(16))}C util=${String(dice.below(100))}% mem=${String(9000 + dice.below(12_000))}MiB`,
    );
  });
  farm.every(dice, 400_000, (at) => {
    farm.logfmt(
      at,
      files.fetch,
      'warn',
      `component=pool msg="connection reset by source, opened anew" source=visits attempt=1`,
    );
  });
}

function startJournal(farm: Farm, host: (typeof hostNames)[number]): void {
  const dice = farm.dice(`journal/${host}`);
  farm.tick(farm.sim.now + dice.between(0, 60_000), 60_000, (at) => {
    farm.journal(at, host, 'systemd[1]', 'Starting Collect statistics...');
    farm.journal(at + 700, host, 'systemd[1]', 'Finished Collect statistics.');
  });
  farm.every(dice, 300_000, (at) => {
    farm.journal(
      at,
      host,
      `sshd[${String(1000 + dice.below(30_000))}]`,
      `Accepted publickey for ops from 10.9.0.${String(2 + dice.below(40))} port ${String(32_768 + dice.below(28_000))} ssh2`,
    );
  });
  farm.every(dice, 1_500_000, (at) => {
    farm.journal(
      at,
      host,
      'systemd-timesyncd[402]',
      `Synchronized to time server 10.9.0.1:123 (ntp.example.net).`,
    );
  });
  farm.every(dice, 2_400_000, (at) => {
    farm.journal(
      at,
      host,
      'kernel',
      `perf: interrupt took too long (${String(2501 + dice.below(900))} > 2500), lowering kernel.perf_event_max_sample_rate to 79750`,
    );
  });
}
