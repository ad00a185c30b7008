import { emitDjango } from '../django.js';
import { between, line, serverErrors, type PlantFault } from './fault.js';

const MINUTE = 60_000;

/** Redis reaches its limit and refuses to write; it says so to clients only. */
export const cacheOutOfMemory: PlantFault = (estate, _dice, onset) => {
  const end = onset + 5 * MINUTE;
  estate.sim.schedule(onset, () => {
    estate.health.redis = 'out-of-memory';
  });
  estate.sim.schedule(end, () => {
    estate.health.redis = 'up';
  });
  return {
    culprit: 'django',
    end,
    rootLines: [line('out of memory', 'app/shop/django.log', 'OOM command not allowed')],
    symptomLines: serverErrors,
  };
};

/** The clock of one application server jumps ahead; what it signs is not valid yet elsewhere. */
export const clockJump: PlantFault = (estate, dice, onset) => {
  const end = onset + 5 * MINUTE;
  const byMillis = 284_310;
  const host = estate.host('app2');
  host.clockError = { from: onset, to: end, byMillis };
  const chrony = (at: number, text: string): void => {
    estate.syslog(at, { host: 'app2', program: 'chronyd[588]', text });
  };
  chrony(onset, 'Forward time jump detected!');
  chrony(onset + 5, "Can't synchronise: no selectable sources");
  between(estate, { from: onset + 8000, to: end, gap: () => dice.gap(1300) }, (now) => {
    emitDjango(estate, now, {
      app: dice.pick(['app1', 'app3']),
      level: 'WARNING',
      module: 'tokens',
      text: `rejected session token of user ${String(100 + dice.below(9000))}: The token is not yet valid (iat)`,
    });
  });
  estate.sim.schedule(end, (now) => {
    chrony(now, 'System clock wrong by -284.310422 seconds');
    chrony(now + 10, 'System clock was stepped by -284.310422 seconds');
  });
  return {
    culprit: 'chronyd',
    end,
    rootLines: [
      line('time jump', 'app/syslog', 'Forward time jump detected'),
      line('no sources', 'app/syslog', "Can't synchronise: no selectable sources"),
    ],
    symptomLines: [line('token rejected', 'app/shop/django.log', 'The token is not yet valid (iat)')],
  };
};
