import { BlockList } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AddressGuard, parseNetworks, type PinnedAddress } from './address-guard.js';

const networks = (text: string): BlockList => parseNetworks(text) ?? new BlockList();
const none = networks('');
const found = (...addresses: string[]): (() => Promise<readonly PinnedAddress[]>) => {
  return () =>
    Promise.resolve(
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }) as const),
    );
};

describe('the guard of addresses', () => {
  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '[::1]',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    'fd00:ec2::254',
    'fe80::1',
  ])('refuses %s', async (host) => {
    await expect(new AddressGuard({ allowed: none }).pin(host)).rejects.toMatchObject({
      code: 'CULPRIT_QUERY_ADDRESS_REFUSED',
    });
  });

  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111'])('lets %s pass', async (host) => {
    const [pinned] = await new AddressGuard({ allowed: none }).pin(host);
    expect(pinned.address).toBe(host);
  });

  it('refuses a name one of whose addresses is closed, and keeps the addresses it saw', async () => {
    const mixed = new AddressGuard({ allowed: none, resolve: found('8.8.8.8', '10.0.0.1') });
    await expect(mixed.pin('rebinding.example')).rejects.toThrow('10.0.0.1');
    const open = new AddressGuard({ allowed: none, resolve: found('8.8.8.8', '2606:4700::1111') });
    expect(await open.pin('open.example')).toHaveLength(2);
    const nobody = new AddressGuard({ allowed: none, resolve: found() });
    await expect(nobody.pin('nobody.example')).rejects.toMatchObject({ isRetryable: true });
  });

  it('lets pass what the operator allows and nothing beside it', async () => {
    const guard = new AddressGuard({ allowed: networks('10.1.0.0/16, ::1') });
    expect(await guard.pin('10.1.9.9')).toHaveLength(1);
    expect(await guard.pin('::1')).toHaveLength(1);
    await expect(guard.pin('10.2.0.1')).rejects.toThrow('closed network');
  });

  it.each(['10.0.0.0/33', 'ten', '10.0.0.0/', '10.0.0.0/-1', '::/129'])('takes no network %s', (text) => {
    expect(parseNetworks(text)).toBeUndefined();
  });
});
