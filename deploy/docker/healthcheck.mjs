// Ends with 0 when the process of this container lives. Distroless images have neither a shell nor curl.
const port = process.env.CULPRIT_SERVICE_PORT ?? process.argv[2] ?? '8080';
const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4_000) });
process.exit(answer.ok ? 0 : 1);
