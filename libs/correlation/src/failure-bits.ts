/** Badness, in bits, from which a line says that something failed. */
export const failureBits = 1.5;
