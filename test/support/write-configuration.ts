/** Writes docs/CONFIGURATION.md. Command: npm run gen:config */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage } from './configuration.ts';

writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'CONFIGURATION.md'), await configurationPage());
