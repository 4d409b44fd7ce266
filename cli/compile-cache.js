/**
 * `node --import` of this, before `main.ts`: Node keeps what it made of the sources (types stripped, code compiled),
 * of the first of them too. JavaScript, for what strips types takes 60 ms to load.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
