/** The Dockerfile by its text; what it builds is run by `built-images.test.ts` of test/deploy/slow. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from './support/dockerfile.js';
import { dockerfileComplaints } from './support/dockerfile-rules.js';

const text = readFileSync(join(import.meta.dirname, '../../deploy/docker/Dockerfile'), 'utf8');
const targets = ['service', 'single'];
const complaintsAbout = (changed: string): readonly string[] =>
  dockerfileComplaints(parseDockerfile(changed), targets);

describe('the Dockerfile', () => {
  it('keeps the rules', () => {
    expect(complaintsAbout(text)).toEqual([]);
  });

  it.each([
    ['an image without a tag', /NODE_IMAGE=.*/, 'NODE_IMAGE=node', /node is an image without a fixed tag/],
    ['the newest image', /RUNTIME_IMAGE=.*/, 'RUNTIME_IMAGE=base:latest', /base:latest is an image without/],
    ['a copy from nowhere', '--from=packages', '--from=pakages', /copies from pakages/],
    ['root', 'USER 65532:65532', 'USER 0', /service does not run as a user/],
    ['a named user', 'USER 65532:65532', 'USER nonroot', /single does not run as a user/],
    ['a missing label', /image\.revision/, 'image.revison', /no label org.opencontainers.image.revision/],
    ['a shell', 'ENTRYPOINT [', 'ENTRYPOINT node [', /ENTRYPOINT goes through a shell/],
    [
      'a command at run time',
      'ENV NODE_ENV',
      'RUN chmod -R a+r .\nENV NODE_ENV',
      /runs a command in an image/,
    ],
    ['no health check', /HEALTHCHECK.*"8080"\]/, '', /service has no health check/],
  ])('would not pass with %s', (_, what, instead, complaint) => {
    const changed = text.replace(what, instead);
    expect(changed).not.toBe(text);
    expect(complaintsAbout(changed).join('\n')).toMatch(complaint);
  });

  it.each([
    ['FORM node:24', /FORM is no instruction/],
    ['FROM node:24', /a stage needs a name/],
    ['COPY . .', /COPY before the first FROM/],
    ['FROM node:24 AS a\nRUN one \\', /the last line goes on/],
  ])('is not read when it says %j', (wrong, complaint) => {
    expect(() => parseDockerfile(wrong)).toThrow(complaint);
  });
});
