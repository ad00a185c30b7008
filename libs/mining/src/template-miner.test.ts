import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { TemplateMiner } from './index.js';
import { hashBytes } from './skeleton.js';

function mine(miner: TemplateMiner, line: string): number {
  const bytes = encodeUtf8(line);
  return miner.mine(bytes, 0, bytes.length);
}

/** Final text of the template of each line. */
function textsOf(lines: readonly string[]): string[] {
  const miner = new TemplateMiner({ scope: 'test' });
  const indices = lines.map((line) => mine(miner, line));
  return indices.map((index) => miner.templateText(index));
}

function parametersOf(line: string): string[] {
  const miner = new TemplateMiner({ scope: 'test' });
  const bytes = encodeUtf8(line);
  miner.mine(bytes, 0, bytes.length);
  const spans = miner.parameterSpans;
  return Array.from({ length: miner.parameterCount }, (_, i) =>
    decodeUtf8(bytes.subarray(spans[2 * i] ?? 0, spans[2 * i + 1] ?? 0)),
  );
}

const words = ['amber', 'birch', 'cedar', 'dahlia', 'elm', 'fir', 'gorse', 'hazel', 'iris', 'juniper'];

describe('names of code with digits inside', () => {
  it('stay in the text until they vary', () => {
    expect(textsOf(['nat64_session_table is full', 'IO802PeerTable::setMode to 7'])).toEqual([
      'nat64_session_table is full',
      'IO802PeerTable::setMode to <*>',
    ]);
    expect(textsOf(['call of resolve4to6Gateway failed', 'call of resolve6to4Gateway failed'])).toEqual([
      'call of <*> failed',
      'call of <*> failed',
    ]);
  });

  it.each(['broadcast_12_piece3', 'payments-worker-12a4b', 'cse3b.example.org:5070'])(
    '%s is no such name',
    (name) => {
      expect(textsOf([`lost ${name} again`])).toEqual(['lost <*> again']);
    },
  );
});

describe('values by shape', () => {
  it.each([
    ['took 15ms for 3 rows', ['15ms', '3']],
    ['connect to 10.0.0.1:8080 refused', ['10.0.0.1:8080']],
    ['GET http://shop.example/cart?id=7 done', ['http://shop.example/cart?id=7']],
    ['open /var/lib/data/file.db: denied', ['/var/lib/data/file.db']],
    ['trace 3f2504e0-4f89-11d3-9a0c-0305e82c3301 ended', ['3f2504e0-4f89-11d3-9a0c-0305e82c3301']],
    ['at 2026-03-01 09:30:00,125 it began', ['2026-03-01 09:30:00,125']],
    ['boot at Wed Jun 22 13:16:30 2005', ['Wed Jun 22 13:16:30 2005']],
    ['sent 1417 bytes (1.38 KB) in all', ['1417 bytes (1.38 KB)']],
    ['lifetime <1 sec', ['<1 sec']],
    ['ready: true', ['true']],
    ['mac 02:42:ac:11:00:02 joined', ['02:42:ac:11:00:02']],
    ['peer fe80::42:acff:fe11:2 joined', ['fe80::42:acff:fe11:2']],
    ['path C:\\Windows\\Temp gone', ['C:\\Windows\\Temp']],
    ['msg="task \\"93fa5decd626\\" lost"', ['93fa5decd626']],
    ['generating core.2921', ['2921']],
    ['cache enabled......1', ['1']],
    ['state.clipTop:0 was set', ['0']],
    ['could not reach cache.example.org:6379', ['cache.example.org:6379']],
    ['lease for dc:1f:0a:ff:ee:01 ended', ['dc:1f:0a:ff:ee:01']],
    ['lease for db:ef:0a:ff:ee:01 ended', ['db:ef:0a:ff:ee:01']],
    ['"GET /users/42?full=true&x=1 HTTP/1.1"', ['/users/42?full=true&x=1']],
    ['mail for maria.lopez@example.org bounced', ['maria.lopez@example.org']],
    ['10.0.0.1:80->10.0.0.2:443 closed', ['10.0.0.1:80', '10.0.0.2:443']],
    ['digest sha512:333abcdef0123 stored', ['333abcdef0123']],
    ['sent by "Mozilla/5.0 (X11; Linux) Gecko/20" today', ['Mozilla/5.0 (X11; Linux) Gecko/20']],
    ['pull done image="a b" took=5s', ['a b', '5s']],
    ['{"msg":"order placed","note":"leave at door","n":3}', ['leave at door', '3']],
  ])('takes whole values from %j', (line, values) => {
    expect(parametersOf(line)).toEqual(values);
  });

  it('keeps punctuation around values and collapses blanks', () => {
    expect(textsOf(['[worker-1789] job=42, took: (3.5 s)  "9"'])).toEqual([
      '[<*>] job=<*>, took: (<*>) "<*>"',
    ]);
  });

  it('takes a line with blanks at its end for the line without', () => {
    expect(
      new Set(textsOf(['closed unexpectedly.', 'closed unexpectedly. ', 'closed unexpectedly.\t'])),
    ).toEqual(new Set(['closed unexpectedly.']));
  });

  it('keeps one parameter per wildcard for lists until their length varies', () => {
    const miner = new TemplateMiner({ scope: 'test' });
    const index = mine(miner, 'blocks 1, 2, 3 lost');
    expect(miner.templateText(index)).toBe('blocks <*>, <*>, <*> lost');
    expect(miner.parameterCount).toBe(3);
    expect(mine(miner, 'blocks 4, 5 lost')).toBe(index);
    expect(miner.templateText(index)).toBe('blocks <*> lost');
    expect(miner.parameterCount).toBe(1);
  });
});

describe('quoted and attached values', () => {
  it.each([
    ['one quoted word', ['relation "orders" is gone', 'relation "carts" is gone']],
    ['a root path beside others', ['asked for "GET / HTTP"', 'asked for "GET /cart HTTP"']],
    ['an empty string', ['done secret="" n=1', 'done secret="abc" n=1']],
    ['a key without value', ['in=eth0 out= len=5', 'in=eth0 out=eth1 len=5']],
    ['a one-digit line number', ['[src/main.cc:7] up', '[src/main.cc:1234] up']],
    ['an image and its tag', ['pulled "hub.example/a:v1" now', 'pulled "hub.example/bc:latest" now']],
    [
      'texts of different length',
      ['retry later why="it is late" n=1', 'retry later why="too many of them" n=2'],
    ],
  ])('joins %s', (_name, lines) => {
    expect(new Set(textsOf(lines)).size).toBe(1);
  });

  it.each([
    ['what the statement says', ['level=info msg=started n=1', 'level=info msg=stopped n=1']],
    ['what it says in JSON', ['{"msg":"started","n":1}', '{"msg":"stopped","n":1}']],
    ['what went wrong', ['failed err="not found" n=1', 'failed err="no access" n=1']],
    ['the only words there are', ['note="has come up" n=1', 'note="has gone down" n=1']],
  ])('keeps apart %s', (_name, lines) => {
    expect(new Set(textsOf(lines)).size).toBe(2);
  });
});

describe('soft words', () => {
  it('stay constant until they vary', () => {
    const miner = new TemplateMiner({ scope: 'test' });
    const index = mine(miner, 'link eth0 is up');
    expect(miner.templateText(index)).toBe('link eth0 is up');
    expect(miner.parameterCount).toBe(0);
    expect(mine(miner, 'link eth1 is up')).toBe(index);
    expect(miner.templateText(index)).toBe('link <*> is up');
    expect(miner.parameterCount).toBe(1);
  });

  it('do not open the place to ordinary words', () => {
    const [varied, other] = textsOf(['link eth0 is up', 'link eth1 is up', 'link nothing is up']).slice(1);
    expect(varied).not.toBe(other);
  });
});

describe('merges by evidence', () => {
  it('takes a place for a value once enough distinct words stood there', () => {
    const texts = textsOf(words.map((word) => `the ${word} service has started`));
    expect(new Set(texts)).toEqual(new Set(['the <*> service has started']));
  });

  it('keeps apart what only a few words tell apart', () => {
    const texts = textsOf(['disk write failed badly', 'disk read failed badly', 'disk sync failed badly']);
    expect(new Set(texts).size).toBe(3);
  });

  it('never merges names of keys', () => {
    const texts = textsOf(words.map((word) => `state ${word}=1 was set now`));
    expect(new Set(texts).size).toBe(words.length);
  });

  it('keeps dotted names of keys apart', () => {
    const texts = textsOf([
      'set pool.size=5 now',
      'set pool.limit=5 now',
      'set pool.size:5 now',
      'set pool.limit:5 now',
    ]);
    expect(new Set(texts).size).toBe(4);
  });

  it('asks for fewer words after a noun that introduces a name', () => {
    const texts = textsOf(['alice', 'bob', 'carol'].map((name) => `login of user ${name} failed`));
    expect(new Set(texts)).toEqual(new Set(['login of user <*> failed']));
  });

  it('does not take two statements about one noun for two names', () => {
    const lines = ['the update service starts as planned', 'the update service stops as planned'];
    expect(textsOf(lines)).toEqual(lines);
  });

  it('keeps the exception apart although the line around it is the same', () => {
    const texts = textsOf([
      'call failed: java.io.IOException while reading',
      'call failed: java.net.ConnectException while reading',
    ]);
    expect(new Set(texts).size).toBe(2);
  });

  it('finds a place that varies beside one already known', () => {
    const lines = words.flatMap((first) => words.map((second) => `moved user ${first} from ${second} today`));
    expect(new Set(textsOf(lines))).toEqual(new Set(['moved user <*> from <*> today']));
  });

  it('finds two names that are new in every line', () => {
    const lines = words.map(
      (user, n) => `login of user ${user} accepted from ${words[(n * 3 + 1) % 10]} now`,
    );
    expect(new Set(textsOf(lines))).toEqual(new Set(['login of user <*> accepted from <*> now']));
  });

  it('reports merges as changes and resolves merged indices', () => {
    const miner = new TemplateMiner({ scope: 'test' });
    const first = mine(miner, 'login of user alice failed');
    const firstId = miner.templateId(first);
    mine(miner, 'login of user bob failed');
    mine(miner, 'login of user carol failed');
    const changes = miner.takeChanges();
    expect(changes.filter(({ kind }) => kind === 'created')).toHaveLength(3);
    expect(changes.filter(({ kind }) => kind === 'merged')).toHaveLength(2);
    expect(miner.templateId(first)).toBe(firstId);
    expect(miner.templateText(first)).toBe('login of user <*> failed');
    expect(miner.count(first)).toBe(3);
    expect(miner.takeChanges()).toEqual([]);
  });
});

describe('identity', () => {
  it('gives the same id to the same first form in the same scope', () => {
    const a = new TemplateMiner({ scope: 'a' });
    const b = new TemplateMiner({ scope: 'a' });
    mine(b, 'something else');
    expect(a.templateId(mine(a, 'took 5 s'))).toBe(b.templateId(mine(b, 'took 77 s')));
    const other = new TemplateMiner({ scope: 'b' });
    expect(other.templateId(mine(other, 'took 5 s'))).not.toBe(a.templateId(0));
  });

  it('finds the index of an id', () => {
    const miner = new TemplateMiner({ scope: 'test' });
    const index = mine(miner, 'hello there');
    expect(miner.indexOf(miner.templateId(index))).toBe(index);
  });

  it('does not merge lines whose word hashes collide', () => {
    const hashes = ['costarring', 'liquid'].map((word) => hashBytes(encodeUtf8(word), 0, word.length));
    expect(hashes[0]).toBe(hashes[1]);
    const lines = [
      'disk costarring failed',
      'disk liquid failed',
      'disk costarring failed',
      'disk liquid failed',
    ];
    expect(textsOf(lines)).toEqual(lines);
  });
});

describe('bounds', () => {
  it('sends unfamiliar lines to a counted overflow template once the table is full', () => {
    const miner = new TemplateMiner({ scope: 'test', maxTemplates: 3 });
    const lines = [
      'one thing',
      'two other things',
      'three more things here',
      'four is too many',
      'five is as well',
    ];
    const indices = lines.map((line) => mine(miner, line));
    expect(miner.notices.overflowLines).toBe(2);
    expect(indices[3]).toBe(indices[4]);
    expect(miner.templateText(indices[4] ?? 0)).toBe('<*>');
    expect(miner.parameterCount).toBe(1);
    expect(mine(miner, 'one thing')).toBe(indices[0]);
    expect(miner.size).toBe(4);
  });

  it('counts lines with more words than it tells apart', () => {
    const miner = new TemplateMiner({ scope: 'test' });
    mine(miner, 'word '.repeat(400));
    expect(miner.notices.truncatedLines).toBe(1);
  });

  it('leaves evidence out rather than grow, and says so', () => {
    const miner = new TemplateMiner({ scope: 'test', maxTemplates: 4 });
    const lines = words.slice(0, 4).map((word) => `${word} `.repeat(180));
    for (const line of lines) mine(miner, line);
    expect(miner.notices.evidenceOmissions).toBeGreaterThan(0);
    expect(lines.map((line) => mine(miner, line))).toEqual([0, 1, 2, 3]);
  });

  it('stops learning from the lines of a wildcard once they have been enough', () => {
    const miner = new TemplateMiner({ scope: 'test', maxTemplates: 40 });
    const names = words.flatMap((a) => words.map((b) => `${a}${b}`));
    const log = (name: string): number => mine(miner, `login of user ${name} failed`);
    for (const name of names.slice(0, 50)) log(name);
    const { byteLength } = miner;
    for (const a of names) for (const b of names) log(a + b);
    expect(miner.byteLength).toBe(byteLength);
    expect(miner.count(log('last'))).toBe(50 + names.length ** 2 + 1);
    expect(miner.notices.evidenceOmissions).toBe(0);
  });

  it('stays under 600 bytes a template', () => {
    const miner = new TemplateMiner({ scope: 'test' });
    const letters = 'abcdefghij';
    for (let n = 0; n < 1900; n++) {
      const name = String(n).replaceAll(/\d/g, (digit) => letters[Number(digit)] ?? '');
      mine(miner, `${name} began the work of ${name} with item ${n} until ${n} is done`);
    }
    expect(miner.size).toBe(1900);
    expect(miner.byteLength / miner.size).toBeLessThan(600);
  });

  it.each([
    ' ',
    'a',
    '9',
    '.',
    '=',
    '"',
    '\\',
    '<',
    '<1 ',
    'a.',
    '1,',
    ':',
    'a:',
    '/',
    '1:',
    '\u0000',
    'é',
    '(',
    '()',
  ])('reads 64 KiB of %j', (unit) => {
    const miner = new TemplateMiner({ scope: 'test' });
    const line = unit.repeat(65_536 / unit.length);
    const index = mine(miner, line);
    expect(mine(miner, line)).toBe(index);
    expect(miner.count(index)).toBe(2);
  });
});
