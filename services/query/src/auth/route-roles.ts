import type { Role } from '@culprit/platform';

/** What a route asks of its caller, and what is written down when it changed something. */
interface RouteRule {
  /** `public` routes hold no data and ask for nobody. */
  readonly role: Role | 'public';
  /** What is done, for the audit log; absent for what only reads. */
  readonly action?: string;
}

const viewer: RouteRule = { role: 'viewer' };
const admin: RouteRule = { role: 'admin' };
const open: RouteRule = { role: 'public' };
const edits = (action: string): RouteRule => ({ role: 'editor', action });
const manages = (action: string): RouteRule => ({ role: 'admin', action });

/**
 * Who may do what, one line a route: the name of its handler, whatever protocol asks. A route that is not here is
 * nobody's. Viewers read, editors decide about incidents and event types, admins decide where messages go and who has
 * access.
 */
const rules: Readonly<Record<string, RouteRule>> = {
  'Live.stream': viewer,
  'Incidents.list': viewer,
  'Incidents.find': viewer,
  'Incidents.revisions': viewer,
  'Incidents.export': viewer,
  'Incidents.related': viewer,
  'Incidents.feedback': edits('say how useful a report is'),
  'Events.events': viewer,
  'Events.peek': viewer,
  'Events.histogram': viewer,
  'Events.anomalies': viewer,
  'Templates.list': viewer,
  'Templates.find': viewer,
  'Rules.list': viewer,
  'Rules.find': viewer,
  'Rules.set': edits('set a rule about event types'),
  'Rules.replace': edits('replace all rules about event types'),
  'Rules.remove': edits('take back a rule about event types'),
  'Decisions.list': viewer,
  'Decisions.set': edits('decide about incidents'),
  'Decisions.replace': edits('replace all decisions about incidents'),
  'Decisions.remove': edits('take back a decision about incidents'),
  'IncidentTypes.list': viewer,
  'Scans.start': edits('start a scan'),
  'Scans.list': viewer,
  'Scans.find': viewer,
  'Scans.related': viewer,
  'Alertmanager.receive': edits('start scans for alerts'),
  'Overview.read': viewer,
  'Care.list': viewer,
  'Care.read': viewer,
  'Care.set': edits('set state and owner of an incident'),
  'Care.note': edits('add a note to an incident'),
  'NotificationChannels.list': viewer,
  'NotificationChannels.create': manages('add a channel for messages'),
  'NotificationChannels.replace': manages('replace a channel for messages'),
  'NotificationChannels.remove': manages('remove a channel for messages'),
  'NotificationChannels.test': manages('send a test message'),
  'NotificationRules.list': viewer,
  'NotificationRules.create': manages('add a rule about messages'),
  'NotificationRules.replace': manages('replace a rule about messages'),
  'NotificationRules.remove': manages('remove a rule about messages'),
  'Notifications.list': viewer,
  'Notifications.retry': edits('send a message again'),
  'Summary.read': viewer,
  'Summary.preview': viewer,
  'Summary.make': edits('send a report to be rephrased'),
  'SummaryCalls.read': viewer,
  'Mcp.receive': viewer,
  'QueryGrpc.listReports': viewer,
  'QueryGrpc.getReport': viewer,
  'QueryGrpc.watchReports': viewer,
  'QueryGrpc.searchEvents': viewer,
  'QueryGrpc.peek': viewer,
  'Tokens.list': admin,
  'Tokens.create': manages('make a token'),
  'Tokens.rotate': manages('rotate a token'),
  'Tokens.revoke': manages('revoke a token'),
  'Users.list': admin,
  'Users.put': manages('set a password'),
  'Users.disable': manages('disable a user'),
  'Audit.list': admin,
  'Session.read': open,
  'Session.signIn': open,
  'Session.signOut': open,
  'Session.begin': open,
  'Session.finish': open,
  'Console.showPage': open,
  'Console.asset': open,
};

/** What a handler (`Class.method`, without `Controller`) asks; undefined for one that nobody wrote down. */
export function ruleOfRoute(handler: string): RouteRule | undefined {
  return Object.hasOwn(rules, handler) ? rules[handler] : undefined;
}

/** The role that a guarded handler needs; undefined where nobody may use it. */
export function roleOfRoute(handler: string): Role | undefined {
  const role = ruleOfRoute(handler)?.role;
  return role === 'public' ? undefined : role;
}
