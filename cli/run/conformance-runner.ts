/**
 * Imports the conformance files of areas under their own names. Vitest gives each import a new one, in case a thread
 * has met the file before; here none does, and Node would keep what it made of each name for ever (compile-cache.js).
 */
import '../../suites/core/own-imports.js';
import { pathToFileURL } from 'node:url';
import { TestRunner } from 'vitest';

// biome-ignore lint/style/noDefaultExport: Vitest takes the default export.
export default class ConformanceRunner extends TestRunner {
  override importFile(file: string): Promise<unknown> {
    return import(pathToFileURL(file).href);
  }
}
