import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { HeaderReader } from './header.js';

const reader = new HeaderReader();

function header(line: string): { severity: number; message: string; program: string; hasHeader: boolean } {
  const bytes = encodeUtf8(line);
  reader.read(bytes, 0, bytes.length);
  return {
    severity: reader.severity,
    message: decodeUtf8(bytes.subarray(reader.messageStart)),
    program: decodeUtf8(bytes.subarray(reader.programStart, reader.programEnd)),
    hasHeader: reader.hasHeader,
  };
}

describe('HeaderReader', () => {
  it.each([
    [
      '2017-05-19 20:49:13.699 INFO [orders,,,] 6 --- [           main] s.b.c.e.t.Tomcat : Tomcat started',
      9,
      'Tomcat started',
    ],
    ['10:00:00.123 [main] WARN com.foo.Bar - slow', 13, 'slow'],
    ['2015-10-18 18:01:47,978 INFO [main] org.apache.hadoop.MRAppMaster: Created', 9, 'Created'],
    [
      '2015-07-29 17:41:41,536 - INFO  [main:QuorumPeerConfig@101] - Reading configuration',
      9,
      'Reading configuration',
    ],
    ['17/06/09 20:10:41 INFO spark.SecurityManager: authentication disabled', 9, 'authentication disabled'],
    ['081109 204324 34 INFO dfs.FSNamesystem: BLOCK* added', 9, 'BLOCK* added'],
    [
      '- 1117843015 2005.06.03 R21-M1 2005-06-03-16.56.55.309974 R21-M1 RAS KERNEL INFO 141 alignment exceptions',
      9,
      '141 alignment exceptions',
    ],
    [
      'KERNDTLB 1118536327 2005.06.11 R30-M0 2005-06-11-17.32.07.581048 R30-M0 RAS KERNEL FATAL data TLB error',
      21,
      'data TLB error',
    ],
    [
      "2023-03-17T01:00:02.743Z 0 [Warning] [MY-013242] [Server] --collation: 'utf8' is old",
      13,
      "--collation: 'utf8' is old",
    ],
    ['2024-01-01 10:00:00,123 - my.module - ERROR - it broke', 17, 'it broke'],
    ['2024-01-01 10:00:00,123 - root - WARNING - careful', 13, 'careful'],
    ['7182 DEBUG keystone.middleware.auth [req-4a3b - default default] RBAC: done', 5, 'RBAC: done'],
    ['2018-07-02 17:00:50.688 5711 ERROR oslo.rpc.server [req-1 - -] Exception', 17, 'Exception'],
    ['I0910 17:55:58.123456    4423 prober.go:116] "Probe failed" a="b"', 9, '"Probe failed" a="b"'],
    ['[Sun Dec 04 04:51:14 2005] [error] mod_jk in error state 6', 17, 'mod_jk in error state 6'],
    ['2024/01/01 10:00:00 [error] 123#123: *1 connect() failed', 17, '*1 connect() failed'],
    ['10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /x HTTP/1.0" 200 123', 0, '"GET /x HTTP/1.0" 200 123'],
    [
      '2024-02-09T10:43:29.904429Z 0 [Warning] [MY-011068] [Server] The syntax is old',
      13,
      'The syntax is old',
    ],
    ['2024-01-01 10:00:00.123 UTC [123] LOG:  checkpoint starting', 9, 'checkpoint starting'],
    ['2024-01-01 10:00:00.123 UTC [123] FATAL:  no such role', 21, 'no such role'],
    ['2016-09-14T16:20:19.982+0200 E NETWORK [thread1] lost', 17, 'NETWORK [thread1] lost'],
    ['1:M 01 Jan 2024 10:00:00.123 # WARNING overcommit is 0', 13, 'overcommit is 0'],
    ['03-17 16:13:38.869  2227  2227 D TextView: visible', 5, 'TextView: visible'],
    ['2016-09-28 04:30:31, Info                  CBS    starts', 9, 'CBS    starts'],
    ['[   11.960223] eth0: link up', 0, 'eth0: link up'],
    ['[2024-01-01T10:00:00Z ERROR my::module] it broke', 17, 'it broke'],
    ['2024-01-01T10:00:00.123456Z  INFO my_crate::module: ready', 9, 'ready'],
    ['2024-01-01T10:00:00.000Z\tERROR\tpkg/file.go:12\tit broke', 17, 'it broke'],
    ['2024-01-01 10:00:00.000 +00:00 [Information] ready', 9, 'ready'],
    ['2021/09/10 17:55:51 no reachable servers', 0, 'no reachable servers'],
    ['INFO 2024-01-01 10:00:00,000 ready to go', 9, 'ready to go'],
    ['I, [2024-01-01T10:00:00.123456 #123]  WARN -- : careful', 13, 'careful'],
    ['[2024-01-01 10:00:00,123: ERROR/MainProcess] it broke', 17, 'it broke'],
    ['E20240101 10:00:00.123456  1 file.cc:1] it broke', 17, 'it broke'],
    ['[2024-01-01T10:00:00,123][WARN ][o.e.n.Node] [node] slow', 13, 'slow'],
    ['INFO  [main] 2024-01-01 10:00:00,123 Foo.java:12 - ready', 9, 'ready'],
    ['[2024-01-01 10:00:00.123][1][warning][main] [source/x.cc:1] careful', 13, 'careful'],
    ['[2024-01-01, 10:00:00 UTC] {taskinstance.py:1} INFO - ready', 9, 'ready'],
    ['[Nest] 123  - 01/01/2024, 10:00:00 AM     LOG [NestFactory] ready', 9, 'ready'],
    ['[10:00:00 WRN] careful', 13, 'careful'],
    ['ERROR: cannot open', 17, 'cannot open'],
    ['[10.30 16:49:07] chrome.exe - proxy:5070 open', 0, 'chrome.exe - proxy:5070 open'],
    ['2021-09-10T17:55:51Z WARN count=1 type=ADDED', 13, 'count=1 type=ADDED'],
    ['20240305-9:5:3:41|pump|77|valve opened', 0, 'pump|77|valve opened'],
    ['2024-03-05  9:58:03 15446366 [Warning] disk slow', 13, 'disk slow'],
    ['WARN:app.db:pool is empty', 13, 'pool is empty'],
    ['WARN:https://host/x moved', 13, 'https://host/x moved'],
    ['INFO - 05/03/2024 09:58:03 - RequestLog - ready', 9, 'ready'],
    ['10:00:00.123 [main] WARN  AuthService - slow', 13, 'slow'],
    ['2024-01-01 10:00:00 ERROR Failed - will retry', 17, 'Failed - will retry'],
    ['05-Mar-2024 09:58:03.000 INFO [main] org.acme.shop.Cart ready', 9, 'ready'],
    ['2024-01-01 10:00:00 INFO org.acme.shop.Cart ready', 9, 'org.acme.shop.Cart ready'],
    ['WARN[0042] disk slow', 13, 'disk slow'],
    ['ERRO[0042] disk lost', 17, 'disk lost'],
    ['99:C 05 Mar 2024 09:58:03.000 * ready', 0, 'ready'],
    ['09:58:03.000 request_id=F2260e [error] it broke', 17, 'it broke'],
    ['09:58:03.000 retry_in=3 ERROR of the peer', 0, 'retry_in=3 ERROR of the peer'],
    ['{2024-03-05 09:58:03} <ERROR> it broke', 17, 'it broke'],
  ])('cuts the header of %s', (line, severity, message) => {
    expect(header(line)).toEqual({ severity, message, program: '', hasHeader: true });
  });

  it('takes a word in capitals before a number for text when no date follows', () => {
    expect(header('COUNT 1118536327 rows')).toMatchObject({
      hasHeader: false,
      message: 'COUNT 1118536327 rows',
    });
  });

  it.each([
    ['Sep 10 17:55:55 ip-172 kernel: eth0: Caught tx', 0, 'eth0: Caught tx', 'kernel'],
    ['Sep 10 17:55:55 ip-172 kernel: [ 12.345678] eth0: up', 0, 'eth0: up', 'kernel'],
    ['Jun 15 02:04:59 combo sshd(pam_unix)[20885]: failure', 0, 'failure', 'sshd'],
    ['<34>Oct 11 22:14:15 mymachine su[23]: failed', 18, 'failed', 'su'],
    ["<34>1 2003-10-11T22:14:15.003Z host su - ID47 - 'su root' failed", 18, "'su root' failed", 'su'],
    ['<165>1 2003-10-11T22:14:15Z host app 8 ID [a@1 b="c ]"][d] \ufefftext', 10, 'text', 'app'],
    ['Jan 12 10:00:00 node1 kubelet[1]: E0112 10:00:00.000001  1 a.go:1] "bad"', 17, '"bad"', 'kubelet'],
    ['Dec 10 09:12:40 LabSZ sshd[24497]: error: lost', 17, 'error: lost', 'sshd'],
  ])('finds the program of %s', (line, severity, message, program) => {
    expect(header(line)).toEqual({ severity, message, program, hasHeader: true });
  });

  it.each([
    'Timed out after 10000 ms while waiting',
    'Request received: /cart, undefined',
    'SYSTEM check complete',
    'I am a sentence',
    '12 monkeys escaped',
    '\tat com.mongodb.ServerAddress.get(ServerAddress.java:188)',
    '',
    '[ undefined, undefined ]',
  ])('sees no header in %j', (line) => {
    expect(header(line)).toMatchObject({ hasHeader: false, message: line });
  });

  it('keeps the words of a sentence that a level word opens', () => {
    expect(header('Error: connect ECONNREFUSED')).toMatchObject({
      severity: 17,
      message: 'Error: connect ECONNREFUSED',
    });
    expect(header('2024-01-01 10:00:00 I am here')).toMatchObject({ severity: 0, message: 'I am here' });
    expect(header('2024-01-01 10:00:00 error opening file')).toMatchObject({
      severity: 17,
      message: 'error opening file',
    });
  });
});
