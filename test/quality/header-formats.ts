/**
 * Headers as loggers write them, each as one line with fields in braces: `{Y} {M} {D} {h} {m} {s} {ms} {us}` of the time
 * (`{d} {H} {mi} {se} {f}` without padding, `{b} {a}` names of month and day, `{p}` AM or PM, `{I}` twelve hours),
 * `{epoch}`, `{L}` a level in capitals, `{L5}` padded, `{1}` its letter, `{c}` a class, `{q}` with its
 * packages, `{n}` up to four digits, `{x}` hex digits, `{a|b}` one of these, `{msg}` the message.
 */
export const headerFormats: Readonly<Record<string, string>> = {
  'bars, clock not padded': '{Y}{M}{D}-{H}:{mi}:{se}:{f}|{c}|30002312|{msg}',
  bars: '{Y}-{M}-{D} {h}:{m}:{s}.{ms}|{L}|{c}|worker-{n}|{msg}',
  'search server': '[{Y}-{M}-{D}T{h}:{m}:{s},{ms}][{L5}][o.e.n.{Node|Http|Disk}          ] [node-{n}] {msg}',
  'thread and class':
    '{Y}-{M}-{D} {h}:{m}:{s},{ms} {L} [{main|pool-1-thread-{n}|Server handler {n} on {n}}] {q}: {msg}',
  'file, request in brackets':
    'api.log.1.2017-05-16_13:53:08 {Y}-{M}-{D} {h}:{m}:{s}.{ms} {n} {L} unit.{wsgi.server|compute.manager} [{-|req-{x}{x}{x}{x}-{n} {x}{x}{x}{x}{x}{x}{x}{x} {x}{x}{x}{x}{x}{x}{x}{x} - - -}] {msg}',
  klog: '{1}{M}{D} {h}:{m}:{s}.{us}       {n} {controller|scheduler|proxier}.go:{n}] {msg}',
  glog: '{1}{Y}{M}{D} {h}:{m}:{s}.{us} {n} {master|agent}.cpp:{n}] {msg}',
  'ruby logger': '{I|W|E}, [{Y}-{M}-{D}T{h}:{m}:{s}.{us} #{n}]  {L} -- : {msg}',
  'python, no time': '{L}:{root|app.db|urllib3}:{msg}',
  'python, dashes': '{Y}-{M}-{D} {h}:{m}:{s},{ms} - {root|app.db|urllib3} - {L} - {msg}',
  'task queue': '[{Y}-{M}-{D} {h}:{m}:{s},{ms}: {L}/{MainProcess|ForkPoolWorker-{n}}] {msg}',
  'go, plain': '{Y}/{M}/{D} {h}:{m}:{s} {msg}',
  'go, file': '{Y}/{M}/{D} {h}:{m}:{s}.{us} {main|server}.go:{n}: {msg}',
  'go, seconds since start': '{INFO|WARN|ERRO|DEBU}[{n}] {msg}',
  'go, tabs': '{Y}-{M}-{D}T{h}:{m}:{s}.{ms}Z\t{L}\t{server/server.go:41|cache/lru.go:88}\t{msg}',
  'database, log line': '{Y}-{M}-{D} {h}:{m}:{s}.{ms} UTC [{n}] {LOG|ERROR|WARNING|FATAL}:  {msg}',
  'database, user and base': '{Y}-{M}-{D} {h}:{m}:{s} UTC [{n}-{n}] app@orders {LOG|ERROR}:  {msg}',
  'database, codes':
    '{Y}-{M}-{D}T{h}:{m}:{s}.{us}Z {n} [{Note|Warning|ERROR|System}] [MY-01{n}] [{Server|Repl}] {msg}',
  'database, blank before the hour': '{Y}-{M}-{D}  {H}:{m}:{s} 1544{n}{n} [{Note|Warning|ERROR}] {msg}',
  'role and sigil': '{n}:{M|S|C} {D} {b} {Y} {h}:{m}:{s}.{ms} {*|#|.|-} {msg}',
  'letter and component':
    '{Y}-{M}-{D}T{h}:{m}:{s}.{ms}+0000 {1} {NETWORK |COMMAND |STORAGE } [conn{n}] {msg}',
  'erlang broker': '{Y}-{M}-{D} {h}:{m}:{s}.{us}+00:00 [{info|warning|error}] <0.{n}.0> {msg}',
  spring:
    '{Y}-{M}-{D} {h}:{m}:{s}.{ms} {L5} {n} --- [nio-8080-exec-{n}] c.a.{OrderService|Cart}          : {msg}',
  'spring, traced':
    '{Y}-{M}-{D}T{h}:{m}:{s}.{ms}Z {L5} 1 --- [orders] [nio-8080-exec-{n}] [{x}{x}{x}{x}-{x}{x}] c.a.{OrderService|Cart}          : {msg}',
  logback:
    '{h}:{m}:{s}.{ms} [{main|pool-1-thread-3}] {L5} {AuthService|com.acme.cache.LruCache|net.pool} - {msg}',
  container:
    '{D}-{b}-{Y} {h}:{m}:{s}.{ms} {INFO|WARNING|SEVERE} [main] org.apache.catalina.{core.StandardService|startup.Loader} {msg}',
  'java.util.logging':
    '{b} {D}, {Y} {I}:{m}:{s} {p} com.acme.{Server run|Cache get} {INFO|WARNING|SEVERE}: {msg}',
  'collector of garbage':
    '[{Y}-{M}-{D}T{h}:{m}:{s}.{ms}+0000][{n}.1s][{info |warning}][gc{,start|,heap|}] {msg}',
  'padded unit': '{Y}-{M}-{D} {h}:{m}:{s}, {Info |Error|Warning}                 {CBS|CSI}    {msg}',
  firewall: '{b} {D} {Y} {h}:{m}:{s} fw0{1|2} : %ASA-6-30{n}: {msg}',
  'web server, errors':
    '[{a} {b} {D} {h}:{m}:{s}.{us} {Y}] [{core|ssl|proxy}:{notice|error|warn}] [pid {n}:tid 14{n}{n}] {msg}',
  'proxy, debug':
    '[{Y}-{M}-{D} {h}:{m}:{s}.{ms}][{n}][{info|warning|error}][{upstream|main}] [source/cm.cc:{n}] {msg}',
  'proxy, start': '[{NOTICE|WARNING|ALERT}] 053/{h}{m}{s} ({n}) : {msg}',
  'kernel since boot': '[    {n}.{us}] {msg}',
  'kernel, dates': '[{a} {b} {D} {h}:{m}:{s} {Y}] {msg}',
  'syslog, ISO': '{Y}-{M}-{D}T{h}:{m}:{s}.{us}+02:00 web-{n} app[{n}]: {msg}',
  'syslog 5424': '<134>1 {Y}-{M}-{D}T{h}:{m}:{s}.{ms}Z web-{n} app {n} ID47 [meta@1 seq="{n}"] {msg}',
  'syslog 3164': '<134>{b} {D} {h}:{m}:{s} web-{n} app[{n}]: {msg}',
  'journal, microseconds': '{b} {D} {h}:{m}:{s}.{us} web-{n} app[{n}]: {msg}',
  'level in three letters': '[{h}:{m}:{s} {INF|WRN|ERR|DBG}] {msg}',
  'zone, then level': '{Y}-{M}-{D} {h}:{m}:{s}.{ms} +00:00 [{INF|WRN|ERR|DBG}] {msg}',
  'channel.LEVEL': '[{Y}-{M}-{D} {h}:{m}:{s}] production.{L}: {msg}',
  'rust, brackets': '[{Y}-{M}-{D}T{h}:{m}:{s}Z {L5} app::{server|db::pool}] {msg}',
  'rust, spans': '{Y}-{M}-{D}T{h}:{m}:{s}.{us}Z {L5} app::{server|db::pool}: {msg}',
  elixir: '{h}:{m}:{s}.{ms} [{info|error|warning}] {msg}',
  'elixir, request': '{h}:{m}:{s}.{ms} request_id=F{x} [{info|error|warning}] {msg}',
  'process and level': '[{Y}-{M}-{D} {h}:{m}:{s} +0000] [{n}] [{L}] {msg}',
  'no time, plugin': '[{INFO|ERROR|WARNING}] {plugin/reload|plugin/errors}: {msg}',
  coordination:
    '{Y}-{M}-{D} {h}:{m}:{s},{ms} - {L5} [{main|Factory:0.0.0.0/0.0.0.0:2181|Peer[myid=1]/0:0:0:0:0:0:0:0:2181}:{Server|Election}@{n}] - {msg}',
  phone: '{M}-{D} {h}:{m}:{s}.{ms}  {n} {n} {1} {PowerManager|WindowManager|chatty}: {msg}',
  'name server': '{D}-{b}-{Y} {h}:{m}:{s}.{ms} {queries|general|client}: {info|error|warning}: {msg}',
  'epoch with fraction': '{epoch}.{us} [{L}] {msg}',
  'compose prefix': '{orders|cart|front-end}-1      | {Y}-{M}-{D} {h}:{m}:{s} {L} {msg}',
  'pod prefix': '[pod/orders-{x}/orders] {Y}-{M}-{D}T{h}:{m}:{s}.{us}000Z {L} {msg}',
  'pod and container': 'orders-7d9f8c6b5-x{x} orders {Y}-{M}-{D}T{h}:{m}:{s}Z {L} {msg}',
  'file[LEVEL]': '{Y}-{M}-{D} {h}:{m}:{s},{ms} - {util.py|stages.py}[{L}]: {msg}',
  'basic ISO': '{Y}{M}{D}T{h}{m}{s}.{ms}Z {L} {msg}',
  scheduler: '[{Y}-{M}-{D}T{h}:{m}:{s}.{ms}] {msg}',
  hypervisor:
    '{Y}-{M}-{D}T{h}:{m}:{s}.{ms}Z {info|warning|error} hostd[{n}] [Originator@6876 sub={Vim|Host} opID={x}] {msg}',
  'all in brackets': '[{Y}-{M}-{D} {h}:{m}:{s}] [{L}] [{http|db}] [{x}] {msg}',
  semicolons: '{Y}-{M}-{D} {h}:{m}:{s};{L};{c};{n};{msg}',
  'level, dashes': '{L} - {D}/{M}/{Y} {h}:{m}:{s} - {AuthService|RequestLog|net.pool} - {msg}',
  tabs: '{Y}-{M}-{D}\t{h}:{m}:{s}\t{c}\t{L}\t{msg}',
  'ctime, level': '{a} {b} {D} {h}:{m}:{s} {Y}: {info|error|warning}: {msg}',
  braces: '{{Y}-{M}-{D} {h}:{m}:{s}} <{L}> {msg}',
  'epoch, date, host, syslog':
    '- {epoch} {Y}.{M}.{D} {dn|admin-node|bn}{n} {b} {d} {h}:{m}:{s} {dn228/dn228|#8#/#8#} {crond(pam_unix)[{n}]|kernel|ntpd[{n}]}: {msg}',
  'instance in parentheses':
    '{b} {D} {h}:{m}:{s} {host-{n}|MacBook} {kernel[0]|launchd[1]} ({com.acme.x.1|Tool[{n}]}): {msg}',
  // What follows is known not to be cut whole: the rest of the header looks like the text of the message.
  'logger at the end': '[{Y}-{M}-{D} {h}:{m}:{s},{ms}] {L} {msg} (server.{Main|Log})',
  'epoch, level, bare logger': '{epoch}000 {L} {AuthService|net.pool} {msg}',
  'level, time, bare logger': '{L} {Y}-{M}-{D}T{h}:{m}:{s}Z {AuthService|net.pool} {msg}',
  'category and event': '{info|warn|fail|dbug}: Acme.Web.{Orders|Cart}[{n}] {msg}',
  'thread, depth, daemon': '{Y}-{M}-{D}T{h}:{m}:{s}.{ms}+0000 7f{x}  1 {osd.3 1234|mon.a@0(leader)} {msg}',
  commas: '{d}/{D}/{Y} {I}:{m}:{s} {p},{Information|Error|Warning},Service Manager,{n},{msg}',
};

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const classes = ['AuthService', 'com.acme.cache.LruCache', 'net.pool', 'RequestLog'];
const qualified = ['org.acme.shop.Cart', 'org.acme.ipc.Server', 'org.acme.events.Dispatcher'];
const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR'];

/** A line of `format` at `millis`; `random` gives numbers in [0, 1). */
export function writeHeader(format: string, millis: number, message: string, random: () => number): string {
  const fields = fieldsAt(millis, message, random);
  let text = format;
  // From the inside out: a choice may hold fields.
  for (let previous = ''; previous !== text;) {
    previous = text;
    text = text.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
      if (name.includes('|')) return pick(name.split('|'), random);
      return fields[name]?.() ?? whole;
    });
  }
  return text.replace('\u0000', message);
}

function fieldsAt(
  millis: number,
  message: string,
  random: () => number,
): Readonly<Record<string, () => string>> {
  const at = new Date(millis);
  const level = pick(levels, random);
  const hour = at.getUTCHours();
  return {
    Y: () => String(at.getUTCFullYear()),
    M: () => two(at.getUTCMonth() + 1),
    D: () => two(at.getUTCDate()),
    d: () => String(at.getUTCDate()),
    h: () => two(hour),
    H: () => String(hour),
    I: () => two(hour % 12 === 0 ? 12 : hour % 12),
    p: () => (hour < 12 ? 'AM' : 'PM'),
    m: () => two(at.getUTCMinutes()),
    mi: () => String(at.getUTCMinutes()),
    s: () => two(at.getUTCSeconds()),
    se: () => String(at.getUTCSeconds()),
    f: () => String(at.getUTCMilliseconds()),
    ms: () => String(at.getUTCMilliseconds()).padStart(3, '0'),
    us: () => String(at.getUTCMilliseconds()).padStart(3, '0') + '417',
    b: () => monthNames[at.getUTCMonth()] ?? '',
    a: () => dayNames[at.getUTCDay()] ?? '',
    epoch: () => String(Math.floor(millis / 1000)),
    L: () => level,
    L5: () => level.padStart(5),
    '1': () => level.charAt(0),
    c: () => pick(classes, random),
    q: () => pick(qualified, random),
    n: () => String(1 + Math.floor(random() * 9_998)),
    x: () =>
      Math.floor(random() * 0xffff)
        .toString(16)
        .padStart(4, '0'),
    msg: () => (message === '' ? '' : '\u0000'),
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function pick(values: readonly string[], random: () => number): string {
  return values[Math.floor(random() * values.length)] ?? '';
}
