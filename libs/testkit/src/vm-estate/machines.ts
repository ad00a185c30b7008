import type { Dice } from '../dice.js';
import { hostNames, type Estate, type HostName } from './estate.js';
import { nginxTime } from './stamps.js';

/** The standing chatter of the machines: cron, sessions, time, kernel, and strangers at the door. */
export function startMachines(estate: Estate): void {
  for (const host of hostNames) {
    startMachine(estate, estate.dice(`machine/${host}`), host);
    startMail(estate, estate.dice(`mail/${host}`), host);
  }
  startStrangers(estate);
  startCrawlers(estate);
}

function startMachine(estate: Estate, dice: Dice, host: HostName): void {
  let session = 100 + dice.below(900);
  const pid = (): string => String(3000 + dice.below(28_000));
  const say = (at: number, program: string, text: string, file = 'syslog'): void => {
    estate.syslog(at, { host, program, text, file });
  };
  estate.sim.repeat(
    estate.sim.now + dice.between(0, 60_000),
    () => 60_000,
    (at) => {
      const id = pid();
      session += 1;
      say(at, `CRON[${id}]`, '(root) CMD (test -x /usr/sbin/collect-stats && /usr/sbin/collect-stats)');
      say(
        at,
        `CRON[${id}]`,
        'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)',
        'auth.log',
      );
      say(at + 900, `CRON[${id}]`, 'pam_unix(cron:session): session closed for user root', 'auth.log');
    },
  );
  estate.every(dice, 240_000, (at) => {
    say(at, 'systemd[1]', `Started Session ${String(session)} of user deploy.`);
    say(at + 5, `systemd-logind[611]`, `New session ${String(session)} of user deploy.`, 'auth.log');
    say(at + 9000, 'systemd[1]', `session-${String(session)}.scope: Succeeded.`);
  });
  estate.every(dice, 500_000, (at) => {
    say(at, 'chronyd[588]', `Selected source 192.0.2.${String(10 + dice.below(4))}`);
  });
  estate.every(dice, 300_000, (at) => {
    const uptime = `${String(900_000 + Math.floor((at % 86_400_000) / 1000))}.${String(100_000 + dice.below(900_000))}`;
    say(
      at,
      'kernel',
      `[${uptime}] TCP: request_sock_TCP: Possible SYN flooding on port ${dice.pick(['443', '8000', '5432'])}. Sending cookies.  Check SNMP counters.`,
    );
  });
}

/** Mail of cron that nobody reads. */
function startMail(estate: Estate, dice: Dice, host: HostName): void {
  const pid = (): string => String(3000 + dice.below(28_000));
  const say = (at: number, program: string, text: string): void => {
    estate.syslog(at, { host, program, text });
  };
  estate.every(dice, 900_000, (at) => {
    const id = dice.hex(10).toUpperCase();
    say(at, `postfix/pickup[${pid()}]`, `${id}: uid=0 from=<root>`);
    say(at + 40, `postfix/cleanup[${pid()}]`, `${id}: message-id=<${dice.hex(12)}@${host}.example.com>`);
    say(
      at + 90,
      `postfix/qmgr[1102]`,
      `${id}: from=<root@${host}.example.com>, size=${String(500 + dice.below(900))}, nrcpt=1 (queue active)`,
    );
    say(
      at + 300,
      `postfix/local[${pid()}]`,
      `${id}: to=<root@${host}.example.com>, orig_to=<root>, relay=local, delay=0.31, delays=0.21/0.01/0/0.09, dsn=2.0.0, status=sent (delivered to mailbox)`,
    );
    say(at + 320, `postfix/qmgr[1102]`, `${id}: removed`);
  });
}

const names = ['admin', 'test', 'oracle', 'git', 'ubuntu', 'postgres', 'pi', 'deploy1'] as const;

/** Somebody is always trying passwords at the balancers. */
function startStrangers(estate: Estate): void {
  for (const host of ['lb1', 'lb2'] as const) {
    const dice = estate.dice(`strangers/${host}`);
    estate.every(dice, 9000, (at) => {
      const program = `sshd[${String(9000 + dice.below(50_000))}]`;
      const from = `${String(20 + dice.below(180))}.${String(dice.below(250))}.${String(dice.below(250))}.${String(dice.below(250))}`;
      const port = String(32_768 + dice.below(28_000));
      const user = dice.pick(names);
      const say = (offset: number, text: string): void => {
        estate.syslog(at + offset, { host, program, text, file: 'auth.log' });
      };
      say(0, `Invalid user ${user} from ${from} port ${port}`);
      say(1, 'pam_unix(sshd:auth): check pass; user unknown');
      say(
        1,
        `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${from}`,
      );
      say(2100, `Failed password for invalid user ${user} from ${from} port ${port} ssh2`);
      say(2600, `Connection closed by invalid user ${user} ${from} port ${port} [preauth]`);
    });
  }
}

/** Robots that ask for what never existed. */
function startCrawlers(estate: Estate): void {
  const dice = estate.dice('crawlers');
  estate.every(dice, 4000, (at) => {
    const host: HostName = dice.chance(0.5) ? 'lb1' : 'lb2';
    const path = dice.pick([
      '/wp-login.php',
      '/.env',
      '/robots.txt',
      '/phpmyadmin/index.php',
      '/.git/config',
    ]);
    const client = `185.${String(dice.below(250))}.${String(dice.below(250))}.${String(dice.below(250))}`;
    estate.write(
      at,
      estate.rotated(host, 'nginx/error.log'),
      (clock) =>
        `${nginxTime(clock)} [error] 901#901: *${String(100_000 + dice.below(900_000))} open() "/srv/www${path}" failed (2: No such file or directory), client: ${client}, server: shop.example.com, request: "GET ${path} HTTP/1.1", host: "shop.example.com"`,
    );
  });
  estate.every(dice, 70_000, (at) => {
    const client = `78.${String(dice.below(250))}.${String(dice.below(250))}.${String(dice.below(250))}`;
    estate.write(
      at,
      estate.rotated('lb1', 'nginx/error.log'),
      (clock) =>
        `${nginxTime(clock)} [warn] 901#901: *${String(100_000 + dice.below(900_000))} a client request body is buffered to a temporary file /var/lib/nginx/body/00000${String(10_000 + dice.below(80_000))}, client: ${client}, server: shop.example.com, request: "POST /account/avatar/ HTTP/2.0", host: "shop.example.com"`,
    );
  });
}
