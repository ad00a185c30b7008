import { registerHooks } from 'node:module';

/** Lets a child process run the TypeScript sources: where `./x.js` is not built, `./x.ts` is meant. */
registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      if (!specifier.endsWith('.js')) throw error;
      return nextResolve(`${specifier.slice(0, -'.js'.length)}.ts`, context);
    }
  },
});
