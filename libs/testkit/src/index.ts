export type { Decoy, FaultKind, GroundTruth, LineMatcher, Scenario, ScenarioLine } from './scenario.js';
export { faultKinds, matchesLine } from './scenario.js';
export { createSockShopScenario } from './sock-shop/create-sock-shop-scenario.js';
export type { SockShopOptions } from './sock-shop/create-sock-shop-scenario.js';
