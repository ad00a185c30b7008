// The door of the quality measurement. Plain JavaScript, because it teaches Node to run the TypeScript next to it:
// sources import each other by the `.js` name they have once built, and workspaces by their `source` condition.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const conditions = ['source', ...context.conditions];
    const isOurs = context.parentURL?.endsWith('.ts') === true && specifier.startsWith('.');
    const target = isOurs ? specifier.replace(/\.js$/, '.ts') : specifier;
    return nextResolve(target, { ...context, conditions });
  },
});

const { main } = await import('./main.ts');
await main(process.argv.slice(2));
