/**
 * Finds our own modules where they say they are. Node looks for the package, the real path and the kind of each import
 * anew, and Vitest tells its main thread of each: together a quarter of a start (CPU time of `replay` 0.46 s where it
 * took 0.58, of a thread that asks an area 0.86 s where it took 1.03). What others wrote is found as ever. JavaScript,
 * as it is loaded before what strips types. To be imported before what it is to find.
 */
import { registerHooks } from 'node:module';

const root = new URL('../../', import.meta.url).href;
const floors = /^(?:adapters|cli|generators|models|reports|spec|suites)\//;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const { parentURL } = context;
    const isOwn =
      /^\.{1,2}\/.*\.[jt]s$/.test(specifier) &&
      parentURL?.startsWith(root) === true &&
      floors.test(parentURL.slice(root.length));
    return isOwn
      ? { url: new URL(specifier, parentURL).href, shortCircuit: true }
      : nextResolve(specifier, context);
  },
});
