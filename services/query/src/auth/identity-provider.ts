import { RequestError } from '@culprit/platform';
import type { Role } from '@culprit/platform';
import * as openid from 'openid-client';
import { z } from 'zod';

/** What is told about an identity provider. */
export interface ProviderConfig {
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined for a public client, which proves itself by PKCE alone. */
  readonly clientSecret: string | undefined;
  readonly scopes: string;
  /** Claim with the groups of a person: a list of texts, or one. */
  readonly groupsClaim: string;
  /** The role of each group; `*` is everybody. */
  readonly roleByGroup: ReadonlyMap<string, Role>;
  /** Where the provider sends people back to. */
  readonly redirectUri: string;
}

/** What has to be remembered between going to the provider and coming back. */
export const signInStateSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});
export type SignInState = Readonly<z.output<typeof signInStateSchema>>;

/** Somebody whom the provider vouches for. */
export interface Person {
  readonly name: string;
  /** The highest of the groups; undefined where none of them has one. */
  readonly role: Role | undefined;
}

const timeoutSeconds = 10;

/**
 * Signs people in at an OpenID Connect provider: authorization code with PKCE, state and nonce.
 * Source: OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9700.
 */
export class IdentityProvider {
  readonly #config: ProviderConfig;
  #discovered: Promise<openid.Configuration> | undefined;

  constructor(config: ProviderConfig) {
    this.#config = config;
  }

  /** Where to send somebody who wants to sign in. @throws RequestError 502 while the provider does not answer */
  async begin(): Promise<{ readonly url: string; readonly state: SignInState }> {
    const configuration = await this.#configuration();
    const state = {
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      verifier: openid.randomPKCECodeVerifier(),
    };
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#config.redirectUri,
      scope: this.#config.scopes,
      response_type: 'code',
      state: state.state,
      nonce: state.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(state.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, state };
  }

  /** Who came back. @param query of the address that the provider sent them to @throws RequestError 401, 502 */
  async finish(query: string, { state, nonce, verifier }: SignInState): Promise<Person> {
    const configuration = await this.#configuration();
    const address = new URL(this.#config.redirectUri);
    address.search = query;
    try {
      const tokens = await openid.authorizationCodeGrant(configuration, address, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('the provider gave no identity token');
      const known = configuration.serverMetadata().userinfo_endpoint;
      const more =
        known === undefined ? {} : await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      return personOf({ ...more, ...claims }, this.#config);
    } catch (cause) {
      throw new RequestError({
        code: 'CULPRIT_HTTP_UNAUTHENTICATED',
        detail: 'the identity provider did not confirm the sign-in',
        hint: 'Start again from the page of the console.',
        cause,
      });
    }
  }

  /** Asked again after a failure: the provider may start after us. */
  async #configuration(): Promise<openid.Configuration> {
    this.#discovered ??= this.#discover();
    try {
      return await this.#discovered;
    } catch (cause) {
      this.#discovered = undefined;
      throw new RequestError({
        code: 'CULPRIT_QUERY_PROVIDER_UNAVAILABLE',
        detail: 'the identity provider does not answer as one',
        hint: 'Check CULPRIT_QUERY_OIDC_ISSUER, and that this process can reach it.',
        cause,
      });
    }
  }

  async #discover(): Promise<openid.Configuration> {
    const { issuer, clientId, clientSecret } = this.#config;
    const url = new URL(issuer);
    return await openid.discovery(
      url,
      clientId,
      clientSecret,
      clientSecret === undefined ? openid.None() : openid.ClientSecretBasic(clientSecret),
      {
        timeout: timeoutSeconds,
        // The configuration takes http for providers on this machine alone.
        ...(url.protocol === 'http:' ? { execute: [openid.allowInsecureRequests] } : {}),
      },
    );
  }
}

/** The claims of somebody as what counts here: the name people know, and the highest role of the groups. */
export function personOf(
  claims: Readonly<Record<string, unknown>>,
  config: Pick<ProviderConfig, 'groupsClaim' | 'roleByGroup'>,
): Person {
  const names = [claims['email'], claims['preferred_username'], claims['sub']];
  const name = names.find((one) => typeof one === 'string' && one !== '');
  const groups = [claims[config.groupsClaim], '*'].flat();
  const found = groups.flatMap((group) => {
    const role = typeof group === 'string' ? config.roleByGroup.get(group) : undefined;
    return role === undefined ? [] : [role];
  });
  const highest = (['admin', 'editor', 'viewer'] as const).find((role) => found.includes(role));
  return { name: String(name).slice(0, 200), role: highest };
}

/** Reads `role=group` pairs separated by commas; undefined for anything else. */
export function parseRoleGroups(text: string): ReadonlyMap<string, Role> | undefined {
  const roleByGroup = new Map<string, Role>();
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const [, role, group] = /^\s*(viewer|editor|admin)\s*=\s*(\S(?:.*\S)?)\s*$/.exec(pair) ?? [];
    if (role === undefined || group === undefined) return undefined;
    roleByGroup.set(group, role as Role);
  }
  return roleByGroup;
}
