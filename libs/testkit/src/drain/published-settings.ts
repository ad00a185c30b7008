import type { DrainOptions } from './drain.js';

/** How Drain was tuned for one system by its authors, and what it reached there. */
export interface PublishedDrain {
  readonly options: DrainOptions;
  /** Grouping accuracy on the system's 2,000 lines against the original, uncorrected truth. */
  readonly groupingAccuracy: number;
}

/**
 * Settings per system of the benchmark that the authors of Drain publish, with its results, for ten systems.
 *
 * They belong to this baseline alone. Source: Zhu, He, Liu, He, Xie, Zheng and Lyu, "Tools and Benchmarks for Automated
 * Log Parsing", ICSE-SEIP 2019, and the table in the README of the authors' program.
 */
export const publishedDrainBySystem: Readonly<Record<string, PublishedDrain>> = {
  Android: {
    options: {
      masks: [
        /(\/[\w-]+)+/g,
        /([\w-]+\.){2,}[\w-]+/g,
        /\b(-?\+?\d+)\b|\b0[Xx][a-fA-F\d]+\b|\b[a-fA-F\d]{4,}\b/g,
      ],
      similarityThreshold: 0.2,
      depth: 6,
    },
    groupingAccuracy: 0.911,
  },
  Apache: { options: { masks: [/(\d+\.){3}\d+/g], similarityThreshold: 0.5 }, groupingAccuracy: 1 },
  BGL: { options: { masks: [/core\.\d+/g], similarityThreshold: 0.5 }, groupingAccuracy: 0.9625 },
  HDFS: {
    options: { masks: [/blk_-?\d+/g, /(\d+\.){3}\d+(:\d+)?/g], similarityThreshold: 0.5 },
    groupingAccuracy: 0.9975,
  },
  HPC: { options: { masks: [/=\d+/g], similarityThreshold: 0.5 }, groupingAccuracy: 0.887 },
  Linux: {
    options: { masks: [/(\d+\.){3}\d+/g, /\d{2}:\d{2}:\d{2}/g], similarityThreshold: 0.39, depth: 6 },
    groupingAccuracy: 0.69,
  },
  OpenSSH: {
    options: { masks: [/(\d+\.){3}\d+/g, /([\w-]+\.){2,}[\w-]+/g], similarityThreshold: 0.6, depth: 5 },
    groupingAccuracy: 0.7875,
  },
  Proxifier: {
    options: {
      masks: [/<\d+\ssec/g, /([\w-]+\.)+[\w-]+(:\d+)?/g, /\d{2}:\d{2}(:\d{2})*/g, /[KGTM]B/g],
      similarityThreshold: 0.6,
      depth: 3,
    },
    groupingAccuracy: 0.5265,
  },
  Spark: {
    options: {
      masks: [/(\d+\.){3}\d+/g, /\b[KGTM]?B\b/g, /([\w-]+\.){2,}[\w-]+/g],
      similarityThreshold: 0.5,
    },
    groupingAccuracy: 0.92,
  },
  Windows: {
    options: { masks: [/0x.*?\s/g], similarityThreshold: 0.7, depth: 5 },
    groupingAccuracy: 0.997,
  },
};
