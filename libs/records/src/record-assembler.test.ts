import { describe, expect, it } from 'vitest';
import { assemble, batchOf, dockerLine, messages, podLine, rows } from './assemble.test-data.js';
import { RecordAssembler } from './record-assembler.js';
import { recordFlags } from './record-batch.js';

describe('joining lines', () => {
  it('joins a Java trace with causes to the record that announces it', () => {
    const [first, second, ...rest] = assemble(
      `2017-08-17 12:17:01.137  INFO [carts,,,] 13 --- [db:27017] org.mongodb.driver.cluster : Exception in monitor thread

com.mongodb.MongoSocketException: carts-db: Try again
\tat com.mongodb.ServerAddress.getSocketAddress(ServerAddress.java:188)
\t... 3 more
Caused by: java.io.IOException: first
\tat a.b.C.d(C.java:1)
Caused by: java.net.UnknownHostException: carts-db: Try again
\tat java.lang.Thread.run(Thread.java:745)
2017-08-17 12:17:02.137  INFO [carts,,,] 13 --- [main] a.b.C : fine
`,
    );
    expect(first?.message).toBe(
      'Exception in monitor thread | com.mongodb.MongoSocketException: carts-db: Try again | Caused by: java.net.UnknownHostException: carts-db: Try again',
    );
    expect(first?.lines).toBe(9);
    expect(first?.body.split('\n')).toHaveLength(9);
    expect(first?.flags).toBe(recordFlags.multiLine | recordFlags.stackTrace);
    expect(second?.message).toBe('fine');
    expect(rest).toEqual([]);
  });

  it('starts a record with an exception that nothing announces', () => {
    expect(
      messages(
        '2024-01-01 10:00:00 INFO a.B - fine\njava.util.concurrent.TimeoutException: null\n\tat a.b.C(C.java:1)\n',
      ),
    ).toEqual(['fine', 'java.util.concurrent.TimeoutException: null']);
  });

  it('does not call a record with a blank line behind it multi-line', () => {
    expect(
      assemble('INFO a\n\nINFO b\n').map((row) => [row.lines, row.body, row.flags & recordFlags.multiLine]),
    ).toEqual([
      [2, 'INFO a', 0],
      [1, 'INFO b', 0],
    ]);
  });

  it('never hides a plain line inside a record with a header', () => {
    expect(messages('2024-01-01 10:00:00 INFO started\nAdding to queue...\nAdding to queue...\n')).toEqual([
      'started',
      'Adding to queue...',
      'Adding to queue...',
    ]);
  });

  it('joins the one line that a header with a level and a colon at its end announces', () => {
    const input = [
      '2026-03-01 08:00:02.763 [warning] <0.1270.3> closing AMQP connection <0.1270.3> (10.0.0.7:38973):',
      'client unexpectedly closed TCP connection',
      'unrelated',
    ].join('\n');
    expect(assemble(input)).toMatchObject([
      {
        lines: 2,
        severity: 13,
        flags: recordFlags.multiLine,
        message:
          '<0.1270.3> closing AMQP connection <0.1270.3> (10.0.0.7:38973): | client unexpectedly closed TCP connection',
      },
      { lines: 1, message: 'unrelated' },
    ]);
  });

  it('joins a chained Python trace', () => {
    const [record, next] = assemble(`Traceback (most recent call last):
  File "a.py", line 1, in <module>
    f()
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 3, in <module>
socket.timeout: timed out
done
`);
    expect(record?.message).toBe(
      "Traceback (most recent call last): | KeyError: 'x' | socket.timeout: timed out",
    );
    expect(record?.lines).toBe(10);
    expect(next?.message).toBe('done');
  });

  it('joins a Python trace to the error logged before it', () => {
    const [record] = assemble(
      'ERROR:root:failed\nTraceback (most recent call last):\n  File "a.py", line 1\nValueError: bad\n',
    );
    expect(record).toMatchObject({ message: 'failed | ValueError: bad', severity: 17, lines: 4 });
  });

  it.each([
    ['', '2018-07-02 17:00:50.688 '],
    ['a cut date', ''],
  ])('joins a trace whose lines all repeat the header %s', (_, date) => {
    const head = `${date}4155 ERROR nova.compute.manager`;
    const [record, next] = assemble(`${head} [req-1 - -] [instance: ca68] Failed to spawn: X
${head} [instance: ca68] Traceback (most recent call last):
${head} [instance: ca68]   File "/usr/lib/nova/driver.py", line 1, in f
${head} [instance: ca68]     return f(self)
${head} [instance: ca68] LibvirtError: no domain
${head} [instance: ca68]
${date}4155 INFO nova.compute.manager [req-2 - -] next
`);
    expect(record).toMatchObject({ message: 'Failed to spawn: X | LibvirtError: no domain', lines: 6 });
    expect(record?.body).toContain('driver.py');
    expect(next?.message).toBe('next');
  });

  it('joins such a trace without brackets too, and one without an announcement', () => {
    const head = '5711 ERROR oslo.rpc.server';
    const trace = `${head} Traceback (most recent call last):\n${head}   File "x.py", line 1, in f\n${head} TypeError: bad\n`;
    expect(assemble(trace).map((row) => row.lines)).toEqual([3]);
    expect(assemble(`${head} [req-1] Exception\n${trace}`).map((row) => row.lines)).toEqual([4]);
  });

  it('joins a Go panic with its goroutines', () => {
    expect(
      assemble(`panic: runtime error: index out of range

goroutine 1 [running]:
main.main()
\t/tmp/x.go:12 +0x1d
exit status 2
2024-01-01 10:00:00 started
`).map((row) => [row.message, row.lines]),
    ).toEqual([
      ['panic: runtime error: index out of range', 6],
      ['started', 1],
    ]);
  });

  it('joins the parts of a database record that come with labels instead of a level', () => {
    const at = '2026-03-01 08:00:02.763 UTC [26920] shop@shop';
    const input = [
      `${at} ERROR:  duplicate key value violates unique constraint "cart_token_key"`,
      `${at} DETAIL:  Key (token)=(ce4d) already exists.`,
      `${at} STATEMENT:  INSERT INTO cart (token)`,
      `\tVALUES ('ce4d')`,
      `2026-03-01 08:00:02.763 UTC [26921] shop@shop LOG:  duration: 128.800 ms  statement: SELECT 1`,
      `2026-03-01 08:00:02.764 UTC [26921] shop@shop DETAIL:  parameters: $1 = '7'`,
    ].join('\n');
    const records = assemble(input);
    expect(records.map(({ lines, severity, flags }) => ({ lines, severity, flags }))).toEqual([
      { lines: 4, severity: 17, flags: recordFlags.multiLine },
      { lines: 1, severity: 9, flags: 0 },
      { lines: 1, severity: 0, flags: 0 },
    ]);
    expect(records[0]?.message).toBe('duplicate key value violates unique constraint "cart_token_key"');
  });

  it('joins Node and .NET traces', () => {
    const result = assemble(`/app/server.js:12
    throw new Error('x');
    ^

Error: x
    at f (/app/server.js:12:9)
Unhandled exception. System.InvalidOperationException: Oops
 ---> System.Exception: inner
   at A.B() in c.cs:line 3
   --- End of inner exception stack trace ---
   at X.Y()
`);
    expect(result.map((row) => row.lines)).toEqual([6, 5]);
    expect(result[0]?.message).toContain('Error: x');
    expect(result[1]?.message).toContain('System.Exception: inner');
  });

  it('joins a broker report up to its blank line', () => {
    const result = assemble(`=ERROR REPORT==== 14-May-2015::14:52:07 ===
closing AMQP connection <0.8152.1>:
{heartbeat_timeout,running}

=INFO REPORT==== 14-May-2015::14:52:08 ===
accepting AMQP connection <0.563.0>
`);
    expect(result.map((row) => [row.severity, row.message])).toEqual([
      [17, 'closing AMQP connection <0.8152.1>: | {heartbeat_timeout,running}'],
      [9, 'accepting AMQP connection <0.563.0>'],
    ]);
  });

  it('joins indented lines to a record but not to each other', () => {
    expect(assemble('INFO config:\n  a=1\n  b=2\nINFO done\n').map((row) => row.lines)).toEqual([3, 1]);
    expect(assemble('  one\n  two\n  three\n').map((row) => row.lines)).toEqual([1, 1, 1]);
  });

  it('gives a first line without words the words of the next', () => {
    expect(messages('info: Microsoft.Hosting.Lifetime[14]\n      Now listening\n')).toEqual([
      'info: Microsoft.Hosting.Lifetime[14] | Now listening',
    ]);
  });

  it('does not join lines that the envelope puts more than five seconds apart', () => {
    expect(
      assemble(`${dockerLine(0, 'start')}\n${dockerLine(1, '  more')}\n${dockerLine(20, '  other')}\n`).map(
        (row) => row.lines,
      ),
    ).toEqual([2, 1]);
  });

  it('splits a record at its bounds and says so', () => {
    const result = assemble(`start of it\n${'  more\n'.repeat(1100)}`);
    expect(Math.max(...result.map((row) => row.lines))).toBeLessThanOrEqual(512);
    expect((result[0]?.flags ?? 0) & recordFlags.truncated).toBe(recordFlags.truncated);
  });

  it('keeps the streams of two pods apart', () => {
    const result = assemble(
      [
        podLine('p-0', 'Error: a'),
        podLine('p-1', 'Error: b'),
        podLine('p-0', '    at x'),
        podLine('p-1', '    at y'),
      ].join('\n'),
    );
    expect(result.map((row) => [row.pod, row.body])).toEqual([
      ['p-0', 'Error: a\n    at x'],
      ['p-1', 'Error: b\n    at y'],
    ]);
  });

  it('takes apart what a collector joined already, as one line', () => {
    const text =
      'ERROR boom\\njava.lang.IllegalStateException: x\\n\\tat a.b\\nCaused by: java.io.IOException: y\\n';
    const [record] = assemble(`{"log":"${text}","stream":"stderr"}`);
    expect(record).toMatchObject({
      lines: 1,
      message: 'boom | java.lang.IllegalStateException: x | Caused by: java.io.IOException: y',
    });
    expect(record?.body.split('\n')).toHaveLength(4);
  });
});

describe('framing', () => {
  it('takes off CRI and joins partial lines', () => {
    const result = assemble(`2024-01-01T10:00:00.1Z stdout P first
2024-01-01T10:00:00.2Z stdout F  second
2024-01-01T10:00:01.123456789Z stderr F ERROR: bad
`);
    expect(result.map((row) => [row.time, row.body, row.severity, row.lines])).toEqual([
      ['2024-01-01T10:00:00.200Z', 'first second', 0, 2],
      ['2024-01-01T10:00:01.123Z', 'ERROR: bad', 17, 1],
    ]);
  });

  it('loses no partial line at the end of the input', () => {
    expect(assemble('2024-01-01T10:00:00.1Z stdout P only half\n').map((row) => row.body)).toEqual([
      'only half',
    ]);
  });

  it('takes the source from a kubectl prefix', () => {
    const [row] = assemble('[pod/carts-5b79655688-rvlsc/carts] 2024-01-01 10:00:00 INFO fine\n');
    expect(row).toMatchObject({ logType: 'carts', pod: 'carts-5b79655688-rvlsc', message: 'fine' });
    expect(row?.body).toBe('2024-01-01 10:00:00 INFO fine');
  });

  it('splits a host log by program, but never a stream whose service is known', () => {
    const line = 'Sep 10 17:55:55 node-1 kernel: eth0: up';
    expect(
      assemble(`${line}\nSep 10 17:55:55 node-1 sshd[1]: hi\n`).map((row) => [row.logType, row.host]),
    ).toEqual([
      ['kernel', 'node-1'],
      ['sshd', 'node-1'],
    ]);
    expect(assemble(`{"log_type":"hostlog","message":"${line}"}`).map((row) => row.logType)).toEqual([
      'hostlog',
    ]);
  });
});

describe('bodies', () => {
  it('flattens JSON and takes time and level out', () => {
    const json =
      '{"t":{"$date":"2025-07-16T05:19:38.920+00:00"},"s":"E","c":"NETWORK","id":22943,"ctx":"listener","msg":"Connection accepted","attr":{"remote":"1.2.3.4:5","n":{"count":83}}}';
    expect(assemble(`${json}\n`)).toMatchObject([
      {
        time: '2025-07-16T05:19:38.920Z',
        severity: 17,
        body: json,
        message: 'Connection accepted c=NETWORK id=22943 ctx=listener remote=1.2.3.4:5 count=83',
        statement: 'Connection accepted',
      },
    ]);
  });

  it('reads the header of a line that a collector has wrapped in JSON', () => {
    const line =
      '{"log":"2024-02-09T10:43:18.761541Z 0 [Warning] [Server] disk is slow\\n","file":"/var/log/a.log"}';
    const assembler = new RecordAssembler();
    assembler.push(batchOf(`${line}\n`));
    expect(rows(assembler.flush())).toMatchObject([
      { message: 'disk is slow file=/var/log/a.log', severity: 13, time: '2024-02-09T10:43:18.761Z' },
    ]);
  });

  it('marks a JSON record that carries a stack', () => {
    const [row] = assemble(
      '{"level":50,"time":1631296551000,"msg":"boom","err":{"stack":"Error: x\\n    at f (a.js:1)"}}\n',
    );
    expect(row).toMatchObject({
      severity: 17,
      message: 'boom | Error: x',
      time: '2021-09-10T17:55:51.000Z',
    });
    expect((row?.flags ?? 0) & recordFlags.stackTrace).toBe(recordFlags.stackTrace);
  });

  it('reads time and level of logfmt', () => {
    expect(assemble('ts=2024-04-16T15:10:44.1Z level=warn caller=f.go:181 msg="x y"\n')).toMatchObject([
      { time: '2024-04-16T15:10:44.100Z', severity: 13, message: 'x y caller=f.go:181' },
    ]);
  });

  it('strips colours that a container engine escaped', () => {
    expect(assemble(`${dockerLine(0, '\u001b[31mERROR\u001b[0m bad')}\n`)).toMatchObject([
      { message: 'bad', severity: 17, body: '\u001b[31mERROR\u001b[0m bad' },
    ]);
  });

  it('strips colours for analysis and keeps them in the body', () => {
    const line = '\u001b[0mGET /x \u001b[32m200 \u001b[0m2.5 ms\u001b[0m';
    expect(assemble(`${line}\n`)).toMatchObject([{ body: line, message: 'GET /x 200 2.5 ms' }]);
    expect(assemble('\u001b]0;title\u0007\u001b[31mERROR\u001b[0m bad\n')).toMatchObject([
      { severity: 17, message: 'bad' },
    ]);
  });

  it('keeps zero bytes in the body and shows them in the message', () => {
    const [row] = assemble('some text of some length to be no UTF-16\0here\n');
    expect(row?.body).toContain('\0');
    expect(row?.message).toContain('\u2400');
    expect((row?.flags ?? 0) & recordFlags.textRepaired).toBe(recordFlags.textRepaired);
  });

  it('carries attributes along', () => {
    expect(assemble('{"service":"s","message":"x","k":1}')[0]?.attributes).toBe('{"k":1}');
  });

  it('bounds the message', () => {
    expect(assemble(`${'x'.repeat(50_000)}\n`)[0]?.message).toHaveLength(2048);
  });
});
