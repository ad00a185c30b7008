export type { Decoy, FaultKind, GroundTruth, LineMatcher, Scenario, ScenarioLine } from './scenario.js';
export { faultKinds, matchesLine } from './scenario.js';
export { createSockShopScenario } from './sock-shop/create-sock-shop-scenario.js';
export type { SockShopOptions } from './sock-shop/create-sock-shop-scenario.js';
export type { VmFaultKind, VmLine, VmScenario } from './vm-estate/vm-scenario.js';
export { vmFaultKinds } from './vm-estate/vm-scenario.js';
export { createVmScenario } from './vm-estate/create-vm-scenario.js';
export type { VmOptions } from './vm-estate/create-vm-scenario.js';
