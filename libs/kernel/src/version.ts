/** The version of Culprit, as [Semantic Versioning](https://semver.org) has it; `npm run release:version` sets it. */
export const culpritVersion = '0.1.0';
