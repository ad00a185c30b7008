export { eventIdOf } from './event-rows.js';
export type { EventRows, TemplateRow } from './event-rows.js';
