import type { Dice } from '../dice.js';
import type { LineMatcher } from '../scenario.js';
import { files, type Farm, type Health } from './farm.js';

const MINUTE = 60_000;
const LASTS_MS = 14 * MINUTE;
const EARLY_MS = 4 * MINUTE;

/** Every fault the batch farm can plant. */
export const batchFaultKinds = [
  'schema-changed',
  'quota-exceeded',
  'gpu-lost',
  'token-expired',
  'source-empty',
  'stage-hung',
  'sources-slow',
  'settings-pushed',
  'disk-failing',
] as const;

/** A fault that can be planted in the batch farm. */
export type BatchFaultKind = (typeof batchFaultKinds)[number];

/** What a planted fault knows about itself. */
export interface PlantedFault {
  readonly culprit: string;
  /** Milliseconds since the epoch. */
  readonly end: number;
  readonly rootLines: readonly LineMatcher[];
  readonly symptomLines: readonly LineMatcher[];
}

type Plant = (farm: Farm, dice: Dice, onset: number) => PlantedFault;

const runFailed = (stage: string): LineMatcher => ({
  name: `run failed in ${stage}`,
  logType: files.plan,
  contains: ['"event":"run_failed"', `"stage":"${stage}"`],
});

/** A fault that is one change of health, with the matchers of what it writes. */
function change(
  health: Partial<Health>,
  culprit: string,
  lines: { readonly root: readonly LineMatcher[]; readonly symptom: readonly LineMatcher[] },
): Plant {
  return (farm, _dice, onset) => {
    const before = { ...farm.health };
    const end = onset + LASTS_MS;
    farm.sim.schedule(onset, () => {
      Object.assign(farm.health, health);
    });
    farm.sim.schedule(end, () => {
      Object.assign(farm.health, before);
    });
    return { culprit, end, rootLines: lines.root, symptomLines: lines.symptom };
  };
}

/** The card falls off its bus: the kernel says so once, every training after it ends in an error. */
const gpuLost: Plant = (farm, dice, onset) => {
  const planted = change({ gpu: 'lost' }, 'kernel', {
    root: [{ name: 'off the bus', logType: 'gpu1/journal.log', contains: ['GPU has fallen off the bus'] }],
    symptom: [
      { name: 'training fails', logType: files.train, contains: ['RuntimeError: CUDA error'] },
      runFailed('train'),
    ],
  })(farm, dice, onset);
  farm.sim.schedule(onset, (now) => {
    farm.journal(
      now,
      'gpu1',
      'kernel',
      'NVRM: Xid (PCI:0000:3b:00): 79, pid=1187, GPU has fallen off the bus.',
    );
  });
  return planted;
};

/** Settings are pushed, which is information; minutes later the process needs more memory than there is. */
const settingsPushed: Plant = (farm, _dice, onset) => {
  const end = onset + LASTS_MS;
  farm.sim.schedule(onset, (now) => {
    farm.plain(
      now,
      files.features,
      'INFO',
      'settings',
      'settings reloaded: batch_rows 20000 -> 2000000, by deploy@plan1',
    );
  });
  farm.sim.schedule(onset + EARLY_MS, () => {
    farm.health.features = 'killed';
  });
  farm.sim.schedule(end, (now) => {
    farm.health.features = 'running';
    farm.plain(
      now,
      files.features,
      'INFO',
      'settings',
      'settings reloaded: batch_rows 2000000 -> 20000, by deploy@plan1',
    );
  });
  return {
    culprit: 'feature-builder',
    end,
    rootLines: [{ name: 'settings', logType: files.features, contains: ['batch_rows 20000 -> 2000000'] }],
    symptomLines: [
      {
        name: 'killed',
        logType: 'etl2/journal.log',
        contains: ['Out of memory: Killed process', 'feature-builder'],
      },
      {
        name: 'exited',
        logType: 'etl2/journal.log',
        contains: ['feature-builder.service: Main process exited'],
      },
      runFailed('features'),
    ],
  };
};

/** The disk under the store fails sector by sector; what was written cannot be read back. */
const diskFailing: Plant = (farm, dice, onset) => {
  const planted = change({ store: 'unreadable' }, 'kernel', {
    root: [{ name: 'I/O error', logType: 'store1/journal.log', contains: ['blk_update_request: I/O error'] }],
    symptom: [
      { name: 'PUT 500', logType: files.store, contains: ['500 read-back of block failed'] },
      { name: 'bad blocks', logType: files.store, contains: ['blocks checked,'], pattern: /, [1-9]\d* bad/ },
      runFailed('publish'),
    ],
  })(farm, dice, onset);
  for (let at = onset; at < planted.end; at += dice.between(8000, 40_000))
    farm.sim.schedule(at, (now) => {
      const sector = String(100_000_000 + dice.below(900_000_000));
      farm.journal(
        now,
        'store1',
        'kernel',
        `blk_update_request: I/O error, dev nvme0n1, sector ${sector} op 0x0:(READ)`,
      );
    });
  return planted;
};

/** Every fault by its kind. */
export const faultByKind: Readonly<Record<BatchFaultKind, Plant>> = {
  'schema-changed': change({ schema: 'changed' }, 'validate', {
    root: [{ name: 'schema mismatch', logType: files.validate, contains: ['"msg":"schema mismatch"'] }],
    symptom: [runFailed('validate')],
  }),
  'quota-exceeded': change({ store: 'over-quota' }, 'objectd', {
    root: [{ name: 'quota', logType: files.store, contains: ['507 quota of bucket models exceeded'] }],
    symptom: [runFailed('publish')],
  }),
  'gpu-lost': gpuLost,
  'token-expired': change({ token: 'expired' }, 'ingestd', {
    root: [{ name: 'token', logType: files.fetch, contains: ['status=401', 'token is expired'] }],
    symptom: [runFailed('fetch')],
  }),
  'source-empty': change({ payments: 'empty' }, 'ingestd', {
    root: [{ name: 'no rows', logType: files.fetch, contains: ['source=payments', 'rows=0 '] }],
    symptom: [],
  }),
  'stage-hung': change({ features: 'hung' }, 'feature-builder', {
    root: [
      {
        name: 'no features',
        logType: files.features,
        contains: ['[feature-builder] run'],
        occursWhenHealthy: true,
      },
    ],
    symptom: [
      { name: 'no training', logType: files.train, contains: ['[trainer] run'], occursWhenHealthy: true },
      { name: 'no model', logType: files.serve, contains: ['"msg":"model loaded"'], occursWhenHealthy: true },
      { name: 'no end', logType: files.plan, contains: ['"event":"run_finished"'], occursWhenHealthy: true },
    ],
  }),
  'sources-slow': change({ sources: 'slow' }, 'ingestd', {
    root: [
      {
        name: 'slow source',
        logType: files.fetch,
        contains: ['msg="source read"'],
        pattern: /dur=(?:[6-9]|\d\d)\.\d/,
      },
    ],
    symptom: [
      {
        name: 'slow stage',
        logType: files.plan,
        contains: ['"stage":"fetch","seconds":'],
        pattern: /"seconds":[6-9]\d|"seconds":\d{3}/,
      },
    ],
  }),
  'settings-pushed': settingsPushed,
  'disk-failing': diskFailing,
};
