import { expect, it } from 'vitest';
import { doorsOf } from './doors.js';

it('names addresses of the server that is asked, ports of their own without a scheme', () => {
  const settings = doorsOf('https://logs.example:8443').map(({ setting }) => setting);
  expect(settings).toContain('https://logs.example:8443/v1/logs');
  expect(settings).toContain('logs.example:4317');
  expect(new Set(settings).size).toBe(settings.length);
});
