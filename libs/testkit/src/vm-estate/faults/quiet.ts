import { emitStatement } from '../databases.js';
import { between, line, type PlantFault } from './fault.js';

const MINUTE = 60_000;

/** A server is started with the settings of another country: orders are in dollars. Only a value tells. */
export const currencyWrong: PlantFault = (estate, _dice, onset) => {
  const end = onset + 8 * MINUTE;
  estate.sim.schedule(onset, () => {
    estate.health.currency = 'USD';
  });
  estate.sim.schedule(end, () => {
    estate.health.currency = 'EUR';
  });
  return {
    culprit: 'django',
    end,
    rootLines: [{ ...line('dollars', 'app/shop/django.log', 'placed by user'), pattern: /total=\S+ USD/ }],
    symptomLines: [],
  };
};

/** The storage under the primary gets slow. Everything works, everybody waits. */
export const storageSlow: PlantFault = (estate, dice, onset) => {
  const end = onset + 6 * MINUTE;
  estate.sim.schedule(onset, () => {
    estate.health.storage = 'slow';
  });
  between(estate, { from: onset + 5000, to: end, gap: () => dice.gap(1500) }, (now) => {
    emitStatement(estate, dice, { at: now, millis: dice.between(2100, 6900) });
  });
  estate.sim.schedule(end, () => {
    estate.health.storage = 'fast';
  });
  return {
    culprit: 'postgresql',
    end,
    rootLines: [
      {
        ...line('slow statements', 'db1/postgresql', 'shop@shop LOG:  duration:', ' ms  statement: '),
        pattern: /duration: [2-6]\d{3}\.\d{3} ms/,
      },
    ],
    symptomLines: [
      {
        ...line('slow pages', 'lb/haproxy.log', 'be_shop/'),
        pattern: / 0\/0\/1\/[2-6]\d{3}\/\d+ (?:200|302) /,
      },
    ],
  };
};

/** The batch program that settles payments stops between two runs and says nothing more. */
export const batchStopped: PlantFault = (estate, _dice, onset) => {
  const end = onset + 9 * MINUTE;
  estate.sim.schedule(onset, () => {
    estate.health.batch = 'stopped';
  });
  estate.sim.schedule(end, () => {
    estate.health.batch = 'running';
  });
  const healthy = { occursWhenHealthy: true };
  return {
    culprit: 'settlement',
    end,
    rootLines: [
      { ...line('no run starts', 'batch/settlement/settlement.log', 'BatchRunner - run'), ...healthy },
      { ...line('nothing is booked', 'batch/settlement/settlement.log', 'booked payment'), ...healthy },
    ],
    symptomLines: [],
  };
};
