import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { EventTypePage } from '../event-types/event-type-page.js';
import { EventTypesPage } from '../event-types/event-types-page.js';
import { ReportPage } from '../report/report-page.js';
import { parseReportSearch } from '../report/report-search.js';
import { ReportsPage } from '../reports/reports-page.js';
import { ScanPage } from '../scan/scan-page.js';
import { SearchPage } from '../search/search-page.js';
import { SettingsPage } from '../settings/settings-page.js';
import { textsOf } from './search-texts.js';
import { Shell } from './shell.js';
import { Empty } from './state-text.js';

const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: () => <Empty title="There is no such page">The address may be mistyped.</Empty>,
});

const reportsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: textsOf([
    'q',
    'significance',
    'state',
    'logType',
    'host',
    'environment',
    'type',
    'from',
    'to',
    'list',
  ]),
  component: ReportsPage,
});

const reportRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reports/$id',
  validateSearch: parseReportSearch,
  component: ReportPage,
});

const scanRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/scans/$id',
  validateSearch: parseReportSearch,
  component: ScanPage,
});

const eventTypesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/event-types',
  validateSearch: textsOf(['q', 'logType', 'environment', 'severity', 'muted', 'sort']),
  component: EventTypesPage,
});

const eventTypeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/event-types/$id',
  validateSearch: textsOf(['environment', 'logType']),
  component: EventTypePage,
});

const searchRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/search',
  validateSearch: textsOf([
    'q',
    'logType',
    'environment',
    'severity',
    'from',
    'to',
    'template',
    'peek',
    'scope',
  ]),
  component: SearchPage,
});

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  component: SettingsPage,
});

/** Every view by its address. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    reportsRoute,
    reportRoute,
    scanRoute,
    eventTypesRoute,
    eventTypeRoute,
    searchRoute,
    settingsRoute,
  ]),
  scrollRestoration: true,
  defaultNotFoundComponent: () => <Empty title="There is no such page" />,
});

declare module '@tanstack/react-router' {
  // Makes addresses and their parameters known to the compiler.
  interface Register {
    router: typeof router;
  }
}
