import type { Baseline } from './baseline.js';
import { errorExcess, errorWords } from './error-baselines.js';
import { forest } from './forest-baseline.js';
import { newTemplates, rateShift, tfIdf } from './template-baselines.js';

/** Every baseline, in order of name. */
export const baselines: readonly Baseline[] = [
  errorWords,
  newTemplates,
  errorExcess,
  tfIdf,
  forest,
  rateShift,
];
