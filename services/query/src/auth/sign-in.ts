import type { IdentityProvider } from './identity-provider.js';
import type { SessionBook } from './session-book.js';
import type { UserBook } from './user-book.js';

/** How people sign in. */
export interface SignIn {
  readonly users: UserBook;
  readonly sessions: SessionBook;
  readonly provider: IdentityProvider | undefined;
  /** Whose data people of the provider see. */
  readonly tenant: string;
  /** People come over https, whatever this process is asked over: a proxy in front. */
  readonly isSecure: boolean;
  readonly ways: { readonly password: boolean; readonly provider: boolean; readonly token: boolean };
}
