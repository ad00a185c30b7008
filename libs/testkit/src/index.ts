export type { Decoy, FaultKind, GroundTruth, LineMatcher, Scenario, ScenarioLine } from './scenario.js';
export { developmentFaultKinds, faultKinds, heldOutFaultKinds, matchesLine } from './scenario.js';
export { createSockShopScenario } from './sock-shop/create-sock-shop-scenario.js';
export type { SockShopOptions } from './sock-shop/create-sock-shop-scenario.js';
export { createSoakScenario } from './sock-shop/create-soak.js';
export type { SoakOptions } from './sock-shop/create-soak.js';
export type { VmFaultKind, VmLine, VmScenario } from './vm-estate/vm-scenario.js';
export { vmFaultKinds } from './vm-estate/vm-scenario.js';
export { createVmScenario } from './vm-estate/create-vm-scenario.js';
export type { VmOptions } from './vm-estate/create-vm-scenario.js';
export { createBatchScenario } from './batch-farm/create-batch-scenario.js';
export type { BatchOptions, BatchScenario } from './batch-farm/create-batch-scenario.js';
export { batchFaultKinds } from './batch-farm/faults.js';
export type { BatchFaultKind } from './batch-farm/faults.js';
export { createDispatchScenario } from './dispatch/create-dispatch-scenario.js';
export type {
  DispatchChangeKind,
  DispatchFaultKind,
  DispatchLine,
  DispatchOptions,
  DispatchScenario,
} from './dispatch/dispatch-scenario.js';
export { dispatchChangeKinds, dispatchFaultKinds } from './dispatch/dispatch-scenario.js';
export { Drain } from './drain/drain.js';
export type { DrainOptions } from './drain/drain.js';
export { genericMasks } from './drain/masks.js';
export { publishedDrainBySystem } from './drain/published-settings.js';
export type { PublishedDrain } from './drain/published-settings.js';
export { Dice } from './dice.js';
export { reportsOf } from './baselines/baseline.js';
export type { Baseline, BaselineReport } from './baselines/baseline.js';
export { baselines } from './baselines/baselines.js';
export { isErrorText } from './baselines/error-words.js';
export { skeletonOf } from './baselines/skeleton.js';
export { LineIndex } from './baselines/line-index.js';
export type { BaselineLine, IndexedLine, Stretch, Templater } from './baselines/line-index.js';
