import { describe, expect, it } from 'vitest';
import { assemble, type Row } from './assemble.test-data.js';
import { recordFlags } from './record-batch.js';

interface Variant {
  readonly line: number;
  /** Hexadecimal, as in addresses and ids. */
  readonly id: string;
  readonly host: string;
}

const first: Variant = { line: 17, id: '0a1b2c3d4e5f6071', host: '10.0.0.7' };
const second: Variant = { line: 240, id: 'f81b2c3d9e5f60aa', host: '10.9.0.12' };

/** The same failure, `frame` being the function in which it happened, as each language writes it. */
const traces: Readonly<Record<string, (at: Variant, frame: string) => string>> = {
  Java: ({ line, id, host }, frame) => `java.lang.IllegalStateException: no stock at ${host}
\tat com.acme.Stock.${frame}(Stock.java:${line})
\tat app//com.acme.Orders.lambda$place$${line}(Orders.java:${line})
\tat com.acme.Orders$$Lambda$${line}/0x${id}.run(Unknown Source)
\tat jdk.internal.reflect.GeneratedMethodAccessor${line}.invoke(Unknown Source)
Caused by: java.sql.SQLException: timeout after ${line} ms
\tat com.acme.Db.query(Db.java:${line})
\t... 4 more`,
  Python: ({ line, host }, frame) => `Traceback (most recent call last):
  File "/srv/${line}/app.py", line ${line}, in main
    run(x)
  File "/srv/${line}/store.py", line ${line}, in ${frame}
    raise KeyError(key)
KeyError: 'user-${line}'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/${line}/app.py", line ${line}, in main
    raise Lost(key) from error
app.errors.Lost: ${host} is gone`,
  Go: ({ line, id }, frame) => `panic: runtime error: index out of range [${line}] with length 3

goroutine ${line} [running]:
github.com/acme/shop.(*Server).${frame}(0xc${id.slice(0, 8)}, 0x${line})
\t/build/${id}/main.go:${line} +0x${line}d
main.main()
\t/build/${id}/main.go:${line} +0x20

goroutine ${line + 1} [select]:
net/http.goroutine${line}(0x${id})
\t/usr/lib/go/server.go:${line} +0x1
exit status 2`,
  Node: ({ line, id }, frame) => `TypeError: Cannot read properties of undefined (reading 'id')
    at ${frame} (/app/${id}/server.js:${line}:13)
    at async Layer.handle [as handle_request] (/app/node_modules/router/layer.js:${line}:5)
    at process.processTicksAndRejections (node:internal/process/task_queues:${line}:5) {
  code: 'E_BAD'
}`,
  '.NET': ({ line, host }, frame) => `System.InvalidOperationException: Sequence contains no elements
 ---> System.Net.Sockets.SocketException (111): Connection refused ${host}:80
   at System.Net.Sockets.Socket.${frame}(EndPoint remote) in /_/src/Socket.cs:line ${line}
   --- End of inner exception stack trace ---
   at Shop.Orders.<PlaceAsync>d__${line}.MoveNext() in /src/Orders.cs:line ${line}
--- End of stack trace from previous location ---
   at Shop.Api.Post(Order order) in /src/Api.cs:line ${line}`,
  Ruby: ({ line, host }, frame) =>
    `/usr/lib/ruby/http.rb:${line}:in \`${frame}': Failed to open ${host}:5432 (Connection refused) (Errno::ECONNREFUSED)
\tfrom /usr/lib/ruby/http.rb:${line}:in \`open'
\tfrom app.rb:${line}:in \`<main>'`,
  PHP: ({ line, host }, frame) =>
    `[01-Mar-2026 10:00:00 UTC] PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/db.php:${line}
Stack trace:
#0 /var/www/db.php(${line}): PDO->${frame}('mysql:host=${host}', Object(Secret))
#1 /var/www/index.php(${line}): connect()
#2 {main}
  thrown in /var/www/db.php on line ${line}`,
  Rust: ({ line, id }, frame) => `thread 'worker-${line}' panicked at src/main.rs:${line}:5:
index out of bounds: the len is 3 but the index is ${line}
stack backtrace:
   0: rust_begin_unwind
             at /rustc/${id}/library/std/src/panicking.rs:${line}:5
   1: core::panicking::panic_fmt
   2: app::${frame}::h${id}
             at ./src/main.rs:${line}:5
note: run with \`RUST_BACKTRACE=full\` for a verbose backtrace.`,
};

function recordOf(trace: string): Row {
  const [row, next, ...rest] = assemble(`${trace}\n2026-03-01 10:00:09 INFO done\n`);
  expect(next?.message).toBe('done');
  expect(rest).toEqual([]);
  if (row === undefined) throw new Error('no record');
  return row;
}

describe.each(Object.entries(traces))('a trace of %s', (_, trace) => {
  it('is one record that has a stack trace', () => {
    expect(recordOf(trace(first, 'take')).flags & recordFlags.stackTrace).not.toBe(0);
  });

  it('has one name whatever its line numbers, addresses, ids and arguments', () => {
    const { trace: name } = recordOf(trace(first, 'take'));
    expect(name).toMatch(/^trace [ghjklmnpqrstvwxz]{8}: \S/);
    expect(recordOf(trace(second, 'take')).trace).toBe(name);
  });

  it('has another name when another frame failed', () => {
    expect(recordOf(trace(first, 'give')).trace).not.toBe(recordOf(trace(first, 'take')).trace);
  });

  it('has the same name as the value of a JSON member', () => {
    const text = trace(first, 'take');
    const [row] = assemble(`${JSON.stringify({ level: 'error', msg: 'it failed', stack: text })}\n`);
    expect(row?.message).toContain('it failed');
    // The heading of PHP has a header of its own as a line of text, none as a value.
    expect(row?.trace).toBe(recordOf(text).trace);
  });
});

const java = (...lines: string[]): string =>
  recordOf(['java.io.IOException: x', ...lines.map((line) => `\tat ${line}`)].join('\n')).trace;

const chain = (middle: string): string =>
  recordOf(
    `a.FirstException: x\n\tat a.b(C.java:1)\nCaused by: ${middle}: y\n\tat d.e(F.java:1)\nCaused by: a.LastError: z\n\tat g.h(I.java:1)`,
  ).trace;

describe('the name of a trace', () => {
  it('shows the frame nearest to the failure', () => {
    expect(java('a.B.c(B.java:1)', 'd.E.f(E.java:2)')).toMatch(/: a\.B\.c$/);
    expect(recordOf(traces['Java']?.(first, 'take') ?? '').trace).toMatch(/: com\.acme\.Db\.query$/);
    expect(recordOf(traces['Python']?.(first, 'take') ?? '').trace).toMatch(/: app\.py line in main$/);
    expect(recordOf(traces['Go']?.(first, 'take') ?? '').trace).toMatch(/: shop\.\*Server\.take$/);
    expect(recordOf(traces['Rust']?.(first, 'take') ?? '').trace).toMatch(/: rust_begin_unwind$/);
  });

  it('does not depend on the way to the failure far from it', () => {
    const near = ['a.A.a', 'b.B.b', 'c.C.c', 'd.D.d', 'e.E.e', 'f.F.f'].map((name) => `${name}(X.java:1)`);
    expect(java(...near, 'g.G.g(X.java:1)')).toBe(java(...near, 'h.H.h(X.java:1)'));
    expect(java(...near.slice(1))).not.toBe(java(...near));
  });

  it('depends on the exceptions between the first and the last', () => {
    expect(chain('a.MiddleException')).not.toBe(chain('a.OtherException'));
  });

  it('is that of one record alone', () => {
    const trace = traces['Java']?.(first, 'take') ?? '';
    const names = assemble(`${trace}\n2026-03-01 10:00:09 INFO done\n${trace}\n`).map((row) => row.trace);
    expect(names[2]).toBe(names[0]);
    expect(names[1]).toBe('');
  });

  it('ends the message of a record that has one beside its text', () => {
    const line = { message: 'it failed', service: 'orders', 'error.stack': traces['Node']?.(first, 'f') };
    const [row] = assemble(`${JSON.stringify(line)}\n`);
    expect(row?.trace).toMatch(/: f$/);
  });
});

describe('lines that look like parts of a trace', () => {
  it('stand alone where no trace has begun', () => {
    const lines = [
      '2026-03-01 10:00:00 INFO fine',
      '#17 was accepted',
      "thread 'main' started",
      "it's in 'x'",
    ];
    expect(assemble(lines.join('\n')).map((row) => row.lines)).toEqual([1, 1, 1, 1]);
  });

  it('begin a record of their own when another thread gives up', () => {
    const panic = "thread 'a' panicked at src/a.rs:1:2:\nit broke\n";
    expect(assemble(`${panic}${panic}`)).toMatchObject([
      { message: "thread 'a' panicked at src/a.rs:1:2: | it broke", severity: 21, lines: 2 },
      { message: "thread 'a' panicked at src/a.rs:1:2: | it broke", severity: 21, lines: 2 },
    ]);
  });
});
