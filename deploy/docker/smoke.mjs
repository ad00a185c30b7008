// Sends one line to a running Culprit and waits until it can be found: node smoke.mjs INGEST_URL QUERY_URL
// Tokens come from INGEST_TOKENS and QUERY_TOKENS, `tenant:token` pairs as the services take them; the first one that is
// not a hash is used.
const [ingestUrl, queryUrl] = process.argv.slice(2);
const deadlineMs = 60_000;

if (ingestUrl === undefined || queryUrl === undefined) {
  process.stderr.write('usage: node smoke.mjs INGEST_URL QUERY_URL\n');
  process.exit(64);
}

function authorization(pairs = '') {
  const token = pairs
    .split(',')
    .map((pair) => pair.slice(pair.indexOf(':') + 1).trim())
    .find((text) => text !== '' && !text.startsWith('sha256:'));
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

const word = `smoke${Date.now().toString(36)}`;
const sent = await fetch(`${ingestUrl}/ingest/v1/logs?log_type=smoke-test&environment=smoke`, {
  method: 'POST',
  headers: { 'content-type': 'text/plain', ...authorization(process.env.INGEST_TOKENS) },
  body: `${new Date().toISOString()} INFO smoke test ${word}\n`,
});
if (!sent.ok) fail(`the line was not taken: ${sent.status} ${await sent.text()}`);
const start = Date.now();
let last = 'nothing was asked';
while (Date.now() - start < deadlineMs) {
  const answer = await fetch(`${queryUrl}/api/v1/events?environment=smoke&q=${word}`, {
    headers: authorization(process.env.QUERY_TOKENS),
  });
  const text = await answer.text();
  if (answer.ok && JSON.parse(text).events.length === 1) {
    process.stdout.write(`found after ${Date.now() - start} ms\n`);
    process.exit(0);
  }
  last = `${answer.status} ${text.slice(0, 500)}`;
  await new Promise((done) => setTimeout(done, 500));
}
fail(`the line cannot be found after ${deadlineMs} ms: ${last}`);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
