import { emitRedis } from '../databases.js';
import { between, line, serverErrors, type PlantFault } from './fault.js';

const MINUTE = 60_000;

/** The disk under Redis fails, the kernel makes it read-only, saving fails, Redis refuses to write. */
export const diskReadOnly: PlantFault = (estate, dice, onset) => {
  const { sim, health } = estate;
  const end = onset + 6 * MINUTE;
  const kernel = (at: number, seconds: number, text: string): void => {
    const uptime = (987_654.2 + seconds).toFixed(6);
    estate.syslog(at, { host: 'cache1', program: 'kernel', text: `[${uptime}] ${text}` });
  };
  sim.schedule(onset, (now) => {
    kernel(
      now,
      0,
      'sd 2:0:1:0: [sdb] tag#14 FAILED Result: hostbyte=DID_OK driverbyte=DRIVER_SENSE cmd_age=0s',
    );
    kernel(
      now + 1,
      0.001,
      'blk_update_request: I/O error, dev sdb, sector 41951264 op 0x1:(WRITE) flags 0x800 phys_seg 4 prio class 0',
    );
    kernel(now + 2, 0.002, 'Buffer I/O error on dev sdb1, logical block 5243652, lost async page write');
    kernel(now + 400, 0.4, 'Aborting journal on device sdb1-8.');
    kernel(
      now + 420,
      0.42,
      'EXT4-fs error (device sdb1): ext4_journal_check_start:83: Detected aborted journal',
    );
    kernel(now + 425, 0.425, 'EXT4-fs (sdb1): Remounting filesystem read-only');
    health.redis = 'cannot-save';
  });
  between(estate, { from: onset + 9000, to: end, gap: () => 6000 }, (now) => {
    const child = 4000 + dice.below(20_000);
    emitRedis(estate, now, { sign: '*', text: '100 changes in 60 seconds. Saving...' });
    emitRedis(estate, now + 2, { sign: '*', text: `Background saving started by pid ${String(child)}` });
    emitRedis(estate, now + 9, {
      sign: '#',
      text: 'Failed opening the RDB file dump.rdb (in server root dir /var/lib/redis) for saving: Read-only file system',
      child,
    });
    emitRedis(estate, now + 100, { sign: '#', text: 'Background saving error' });
  });
  sim.schedule(end, () => {
    health.redis = 'up';
  });
  return {
    culprit: 'kernel',
    end,
    rootLines,
    symptomLines,
  };
};

const rootLines = [
  line('I/O error', 'cache/syslog', 'blk_update_request: I/O error'),
  line('journal aborted', 'cache/syslog', 'Detected aborted journal'),
  line('read-only', 'cache/syslog', 'Remounting filesystem read-only'),
];

const symptomLines = [
  line('saving fails', 'cache/redis/redis-server.log', 'Failed opening the RDB file'),
  line('writes refused', 'app/shop/django.log', 'MISCONF Redis is configured'),
  ...serverErrors,
];
