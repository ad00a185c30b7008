import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { AppError } from '@culprit/kernel';

/** An address of a host that may be called. */
export interface PinnedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Finds the addresses of a name. */
export type Resolve = (host: string) => Promise<readonly PinnedAddress[]>;

/** Networks that no message leaves for unless the operator allows it: this machine, its neighbours, cloud metadata. */
const closedNetworks = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
] as const;

const closed = new BlockList();
for (const [address, prefix, family] of closedNetworks) closed.addSubnet(address, prefix, family);

/**
 * Decides which hosts of settings may be called, and pins the addresses that were looked at: a name that points
 * somewhere else a moment later changes nothing.
 */
export class AddressGuard {
  readonly #allowed: BlockList;
  readonly #resolve: Resolve;

  constructor(options: { readonly allowed: BlockList; readonly resolve?: Resolve }) {
    this.#allowed = options.allowed;
    this.#resolve = options.resolve ?? resolveByDns;
  }

  /**
   * Addresses of a host, all of which may be called.
   *
   * @throws AppError CULPRIT_QUERY_ADDRESS_REFUSED where one may not, CULPRIT_QUERY_ADDRESS_UNKNOWN without any
   */
  async pin(host: string): Promise<readonly [PinnedAddress, ...PinnedAddress[]]> {
    const name = host.startsWith('[') ? host.slice(1, -1) : host;
    const family = isIP(name);
    const found =
      family === 0 ? await this.#find(name) : [{ address: name, family: family === 6 ? 6 : 4 } as const];
    const [first, ...others] = found;
    if (first === undefined) throw unknown(name);
    const refused = found.find(({ address, family: of }) => !this.#isAllowed(address, of));
    if (refused === undefined) return [first, ...others];
    throw new AppError({
      code: 'CULPRIT_QUERY_ADDRESS_REFUSED',
      message: `${name} is an address of this machine or of a closed network (${refused.address})`,
      hint: 'The operator may allow it: CULPRIT_QUERY_ALLOWED_ADDRESSES=10.1.2.0/24.',
    });
  }

  #isAllowed(address: string, family: 4 | 6): boolean {
    const kind = family === 6 ? 'ipv6' : 'ipv4';
    return this.#allowed.check(address, kind) || !closed.check(address, kind);
  }

  async #find(name: string): Promise<readonly PinnedAddress[]> {
    try {
      return await this.#resolve(name);
    } catch (cause) {
      throw unknown(name, cause);
    }
  }
}

/** Networks in CIDR form or single addresses, separated by commas; undefined where one is none. */
export function parseNetworks(text: string): BlockList | undefined {
  const networks = new BlockList();
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const [address = '', prefix] = part.split('/');
    const family = isIP(address);
    const longest = family === 6 ? 128 : 32;
    const bits = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
    if (family === 0 || bits < 0 || bits > longest) return undefined;
    networks.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  }
  return networks;
}

async function resolveByDns(host: string): Promise<readonly PinnedAddress[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

function unknown(host: string, cause?: unknown): AppError {
  return new AppError({
    code: 'CULPRIT_QUERY_ADDRESS_UNKNOWN',
    message: `no address is known for ${host}`,
    isRetryable: true,
    ...(cause === undefined ? {} : { cause }),
  });
}
