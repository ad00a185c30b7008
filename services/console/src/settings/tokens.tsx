import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { NewTokenJson, TokenJson } from '@culprit/service-query/module';
import { useState } from 'react';
import { tokensQuery } from '../api/people-queries.js';
import { request } from '../api/request.js';
import { CopyButton } from '../app/copy-button.js';
import { ShortMoment } from '../app/time.js';
import { LogText } from '../text/log-text.js';
import { AddToken } from './add-token.js';

/** Who may send lines and who may ask; a secret is shown once. */
export function Tokens() {
  const { data, error } = useQuery(tokensQuery);
  const [made, setMade] = useState<NewTokenJson>();
  const tokens = data?.tokens ?? [];
  return (
    <section aria-labelledby="settings-tokens">
      <h2 id="settings-tokens">Tokens</h2>
      {error === null ? null : <p className="quiet">{error.message}</p>}
      {data !== undefined && tokens.length === 0 ? (
        <p className="quiet">There is none beside those of the configuration.</p>
      ) : null}
      {made === undefined ? null : <NewSecret made={made} />}
      {tokens.length === 0 ? null : <TokenTable tokens={tokens} onMade={setMade} />}
      {data === undefined ? null : <AddToken onMade={setMade} />}
    </section>
  );
}

function NewSecret({ made: { token, secret } }: { readonly made: NewTokenJson }) {
  return (
    <div role="status">
      <p>
        The secret of <LogText text={token.name} />. It is shown this once:
      </p>
      <div className="command">
        <code>{secret}</code>
        <CopyButton label="Copy" text={() => secret} />
      </div>
    </div>
  );
}

interface TokenTableProps {
  readonly tokens: readonly TokenJson[];
  readonly onMade: (made: NewTokenJson) => void;
}

function TokenTable({ tokens, onMade }: TokenTableProps) {
  return (
    <div className="table-frame" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">For</th>
            <th scope="col">Environment</th>
            <th scope="col">Last used</th>
            <th scope="col">Ends</th>
            <th scope="col">
              <span className="hidden">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <TokenRow key={token.tokenId} token={token} onMade={onMade} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type TokenRowProps = { readonly token: TokenJson } & Pick<TokenTableProps, 'onMade'>;

function TokenRow({ token, onMade }: TokenRowProps) {
  const { name, kind, role, environment, state, lastUsedAt, expiresAt } = token;
  return (
    <tr>
      <td>
        <LogText text={name} /> {state === 'active' ? null : <span className="tag">{state}</span>}
      </td>
      <td>{kind === 'user' ? `reading, as ${role ?? 'viewer'}` : `sending, ${kind}`}</td>
      <td>
        <LogText text={environment} />
      </td>
      <td className="when">{lastUsedAt === null ? 'never' : <ShortMoment time={lastUsedAt} />}</td>
      <td className="when">{expiresAt === null ? 'never' : <ShortMoment time={expiresAt} />}</td>
      <td>{state === 'active' ? <TokenActions token={token} onMade={onMade} /> : null}</td>
    </tr>
  );
}

function TokenActions({ token, onMade }: TokenRowProps) {
  const path = `tokens/${encodeURIComponent(token.tokenId)}`;
  const client = useQueryClient();
  const onSuccess = (): Promise<void> => client.invalidateQueries({ queryKey: tokensQuery.queryKey });
  const rotate = useMutation({
    mutationFn: () => request<NewTokenJson>(`${path}/rotate`, { method: 'POST', body: {} }),
    onSuccess: (made) => {
      onMade(made);
      return onSuccess();
    },
  });
  const revoke = useMutation({ mutationFn: () => request(path, { method: 'DELETE' }), onSuccess });
  const isPending = rotate.isPending || revoke.isPending;
  return (
    <div className="button-row">
      <button
        type="button"
        className="button"
        title="A new secret; the one before goes on for a day"
        disabled={isPending}
        onClick={() => rotate.mutate()}
      >
        Rotate
      </button>
      <button type="button" className="button" disabled={isPending} onClick={() => revoke.mutate()}>
        Revoke
      </button>
      <span role="status">{rotate.error?.message ?? revoke.error?.message ?? ''}</span>
    </div>
  );
}
