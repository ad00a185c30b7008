import { emitDjango } from '../django.js';
import type { Estate } from '../estate.js';
import { appNames } from '../estate.js';
import { between, line, serverErrors, type PlantFault } from './fault.js';

const MINUTE = 60_000;

/** The network card of the primary database goes down and up again: connections break in the middle of a request. */
export const linkFlaps: PlantFault = (estate, dice, onset) => {
  const { sim, health } = estate;
  const end = onset + 5 * MINUTE;
  const kernel = (at: number, text: string): void => {
    const uptime = `${String(912_000 + Math.floor((at - onset) / 1000))}.${String(100_000 + dice.below(900_000))}`;
    estate.syslog(at, { host: 'db1', program: 'kernel', text: `[${uptime}] ${text}` });
  };
  between(estate, { from: onset, to: end - 40_000, gap: () => dice.between(28_000, 44_000) }, (now) => {
    const downFor = dice.between(6000, 14_000);
    kernel(now, 'vmxnet3 0000:0b:00.0 ens192: NIC Link is Down');
    health.postgres = 'cut-off';
    sim.schedule(now + downFor, (later) => {
      kernel(later, 'vmxnet3 0000:0b:00.0 ens192: NIC Link is Up 10000 Mbps');
      health.postgres = 'up';
    });
  });
  return {
    culprit: 'kernel',
    end,
    rootLines: [line('link down', 'db1/syslog', 'ens192: NIC Link is Down')],
    symptomLines: [
      line('connection lost', 'app/shop/django.log', 'server closed the connection unexpectedly'),
      ...serverErrors,
    ],
  };
};

/** The resolver of the three application servers loses its servers: names outside are not found any more. */
export const resolverBroken: PlantFault = (estate, dice, onset) => {
  const { sim, health } = estate;
  const end = onset + 5 * MINUTE;
  for (const [index, host] of appNames.entries())
    sim.schedule(onset + index * 900, (now) => {
      loseResolver(estate, now, { host, server: dice.chance(0.5) ? '10.20.1.2' : '10.20.1.3' });
    });
  sim.schedule(onset + 4000, () => {
    health.names = 'failing';
  });
  between(estate, { from: onset + 9000, to: end, gap: () => dice.gap(7000) }, (now) => {
    emitDjango(estate, now, {
      app: dice.pick(appNames),
      level: 'WARNING',
      module: 'newsletter',
      text: 'could not reach lists.example.org: [Errno -3] Temporary failure in name resolution',
    });
  });
  sim.schedule(end, (now) => {
    health.names = 'resolving';
    for (const host of appNames)
      estate.syslog(now, {
        host,
        program: 'systemd-resolved[498]',
        text: 'Switching to DNS server 10.20.1.2 for interface ens192.',
      });
  });
  return {
    culprit: 'systemd-resolved',
    end,
    rootLines: [
      line('degraded', 'app/syslog', 'Using degraded feature set UDP instead of UDP+EDNS0 for DNS server'),
      line('cannot resolve', 'app/shop/django.log', 'socket.gaierror: [Errno -3] Temporary failure'),
    ],
    symptomLines: [
      line('newsletter', 'app/shop/django.log', 'could not reach lists.example.org'),
      line('application error', 'app/shop/django.log', 'Internal Server Error: /checkout/'),
    ],
  };
};

function loseResolver(
  estate: Estate,
  now: number,
  { host, server }: { readonly host: (typeof appNames)[number]; readonly server: string },
): void {
  const say = (offset: number, text: string): void => {
    estate.syslog(now + offset, { host, program: 'systemd-resolved[498]', text });
  };
  say(0, `Using degraded feature set UDP instead of UDP+EDNS0 for DNS server ${server}.`);
  say(1500, `Using degraded feature set TCP instead of UDP for DNS server ${server}.`);
}
