import { restartServer } from '../restart.js';
import { appNames } from '../estate.js';
import { emitBatch } from '../orders.js';
import { between, line, serverErrors, type PlantFault } from './fault.js';

const MINUTE = 60_000;

/** A release is rolled over the three servers; one of its views fails for every visitor. */
export const badRelease: PlantFault = (estate, _dice, onset) => {
  const end = onset + 6 * MINUTE;
  for (const [index, app] of appNames.entries()) {
    restartServer(estate, onset + index * 12_000, app, '2026.3.1-2');
    restartServer(estate, end + index * 12_000, app, '2026.2.27-9');
  }
  estate.sim.schedule(onset + 8000, () => {
    estate.health.cartView = 'faulty-release';
  });
  estate.sim.schedule(end, () => {
    estate.health.cartView = 'up';
  });
  return {
    culprit: 'django',
    end: end + MINUTE,
    rootLines: [
      line('release', 'app/auth.log', 'COMMAND=/opt/shop/bin/release 2026.3.1-2'),
      line('exception of the view', 'app/shop/django.log', "KeyError: 'discount_rate'"),
    ],
    symptomLines: serverErrors,
  };
};

/** The workers stop taking tasks and say nothing; only the books no longer close. */
export const consumerStuck: PlantFault = (estate, dice, onset) => {
  const end = onset + 9 * MINUTE;
  estate.sim.schedule(onset, () => {
    estate.health.workers = 'stuck';
  });
  between(estate, { from: onset + 4 * MINUTE, to: end, gap: () => 20_000 }, (now) => {
    emitBatch(estate, now, {
      level: 'WARN',
      logger: 'com.example.settlement.BatchRunner',
      lines: [`${String(200 + dice.below(400))} orders without confirmation for more than 300 s`],
    });
  });
  estate.sim.schedule(end, (now) => {
    estate.health.workers = 'up';
    for (const host of appNames)
      estate.syslog(now, { host, program: 'systemd[1]', text: 'Started Celery worker.' });
  });
  const healthy = { occursWhenHealthy: true };
  return {
    culprit: 'worker',
    end,
    rootLines: [
      { ...line('no task received', 'app/celery/worker.log', 'Task shop.', 'received'), ...healthy },
      { ...line('no task succeeds', 'app/celery/worker.log', 'Task shop.', 'succeeded in'), ...healthy },
    ],
    symptomLines: [
      line('no confirmations', 'batch/settlement/settlement.log', 'orders without confirmation'),
    ],
  };
};

/** The key for the payment provider ends; every charge is refused from outside. */
export const apiKeyExpired: PlantFault = (estate, _dice, onset) => {
  const end = onset + 6 * MINUTE;
  estate.sim.schedule(onset, () => {
    estate.health.paymentProvider = 'key-expired';
  });
  estate.sim.schedule(end, () => {
    estate.health.paymentProvider = 'up';
  });
  return {
    culprit: 'django',
    end,
    rootLines: [line('provider refuses', 'app/shop/django.log', '401 Client Error: Unauthorized for url')],
    symptomLines: [
      line('nginx 502', 'lb/nginx/access.log', 'POST /checkout/ HTTP/2.0" 502'),
      line('application error', 'app/shop/django.log', 'Internal Server Error: /checkout/'),
    ],
  };
};

/** The certificate of the tax service, which the Go service asks, ends. */
export const certificateExpired: PlantFault = (estate, _dice, onset) => {
  const end = onset + 6 * MINUTE;
  estate.sim.schedule(onset, () => {
    estate.health.taxCertificateEnd = onset;
  });
  estate.sim.schedule(end, () => {
    estate.health.taxCertificateEnd = undefined;
  });
  return {
    culprit: 'catalogd',
    end,
    rootLines: [line('certificate has expired', 'svc/catalogd.log', 'x509: certificate has expired')],
    symptomLines: [
      line('502 inside', 'app/shop/django.log', '502 Server Error: Bad Gateway for url'),
      line('nginx 502', 'lb/nginx/access.log', 'POST /checkout/ HTTP/2.0" 502'),
    ],
  };
};
