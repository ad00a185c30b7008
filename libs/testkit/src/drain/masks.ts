/**
 * The masks that the documentation of Drain3, a widely used implementation, shows as an example for any log:
 * hardware addresses, IPv4 addresses, sequences of hexadecimal words, hexadecimal and decimal numbers.
 */
export const genericMasks: readonly RegExp[] = [
  String.raw`(?:[0-9a-f]{2,}:){3,}[0-9a-f]{2,}`,
  String.raw`\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}`,
  String.raw`(?:[0-9a-f]{6,} ?){3,}`,
  String.raw`(?:[0-9A-F]{4} ?){4,}`,
  String.raw`0x[a-fA-F0-9]+`,
  String.raw`[-+]?\d+`,
].map((shape) => new RegExp(`(?<![A-Za-z0-9])${shape}(?![A-Za-z0-9])`, 'g'));
