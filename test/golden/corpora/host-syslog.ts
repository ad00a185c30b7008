import type { Dice } from '@culprit/testkit';
import { address, composeCorpus, pickSkewed, syslogTime } from '../corpus.js';

const users = ['deploy', 'root', 'backup', 'git'] as const;

const statements: readonly [(dice: Dice) => string, ...((dice: Dice) => string)[]] = [
  (dice) =>
    `sshd[${dice.below(30_000)}]: Accepted publickey for ${dice.pick(users)} from ${address(dice)} port ${dice.below(60_000)} ssh2: ED25519 SHA256:${dice.hex(32)}`,
  (dice) =>
    `CRON[${dice.below(30_000)}]: (root) CMD (test -x /usr/sbin/job${dice.below(4)} && /usr/sbin/job${dice.below(4)})`,
  (dice) => `systemd[1]: Started Session ${dice.below(5_000)} of user ${dice.pick(users)}.`,
  (dice) =>
    `sshd[${dice.below(30_000)}]: pam_unix(sshd:session): session opened for user ${dice.pick(users)} by (uid=0)`,
  (dice) =>
    `kernel: [${dice.below(90_000)}.${dice.below(1e6)}] eth0: link up, ${dice.pick(['1000', '10000'])} Mbps, full duplex`,
  (dice) => `dhclient[812]: DHCPACK of ${address(dice)} from ${address(dice)}`,
  (dice) =>
    `systemd[1]: backup.service: Succeeded, consumed ${dice.below(60)}.${dice.below(1000)}s CPU time.`,
  (dice) =>
    `sshd[${dice.below(30_000)}]: Invalid user ${dice.pick(['admin', 'test', 'oracle', 'pi', 'ubnt'])} from ${address(dice)} port ${dice.below(60_000)}`,
  (dice) =>
    `kernel: [${dice.below(90_000)}.${dice.below(1e6)}] Out of memory: Killed process ${dice.below(30_000)} (java) total-vm:${dice.below(9e6)}kB, anon-rss:${dice.below(9e6)}kB`,
];

/** The syslog of a host: several programs in one file. */
export const hostSyslog = composeCorpus(
  'host-syslog',
  300,
  (dice, millis) => `${syslogTime(millis)} node-7 ${pickSkewed(dice, statements)(dice)}`,
);
