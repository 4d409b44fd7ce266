/**
 * The sources of the optimized model with edits: files below models/optimized that are imported under a query
 * get the edits registered for it, and so does what they import. What is imported without a query is the
 * healthy model, untouched and no slower. The published package holds these sources beside what is compiled.
 */
import { readFileSync } from 'node:fs';
import { type LoadHookSync, type ResolveHookSync, registerHooks, stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Edit } from './bug.ts';

const isCompiled = import.meta.url.endsWith('.js');
const ROOT = new URL(isCompiled ? '../../../' : '../../', import.meta.url).href;
const SOURCES = `${ROOT}models/optimized/`;
const COMPILED = `${ROOT}dist/`;
const QUERY = '?faulty=';

interface Loading {
  readonly edits: readonly Edit[];
  readonly folders: readonly string[];
  /** Files of edits that have been imported. */
  readonly reached: Set<string>;
}
const loadings = new Map<string, Loading>();
const healthy = new Map<string, string>();
let hooked = false;
let counter = 0;

/**
 * Imports the modules at `files`, relative to models/optimized, as a graph of their own with `edits` made in it. What
 * they import from `folders`, that one if none are named, belongs to the graph; the rest is shared with the healthy
 * model. Throws a RangeError that names the edit whose text is not there exactly once, or whose file is not imported.
 */
export async function importEdited(
  files: readonly string[],
  edits: readonly Edit[],
  label: string,
  folders: readonly string[] = ['./'],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  if (!hooked) registerHooks({ resolve, load });
  hooked = true;
  for (const edit of edits) editedText(edit.file, edits);
  const key = `${label}.${counter++}`;
  const hrefs = folders.map((folder) => new URL(folder, SOURCES).href);
  const loading: Loading = { edits, folders: hrefs, reached: new Set() };
  loadings.set(key, loading);
  try {
    const urls = files.map((file) => new URL(file, SOURCES).href);
    const modules = await Promise.all(urls.map((url) => import(`${url}${QUERY}${key}`)));
    const unreached = edits.find(({ file }) => !loading.reached.has(file));
    if (unreached === undefined) return modules;
    throw new RangeError(`edit of ${unreached.file}: not imported by ${files.join(', ')}`);
  } finally {
    loadings.delete(key);
  }
}

/** The source of `file` after the edits of it. */
export function editedText(file: string, edits: readonly Edit[]): string {
  let text = sourceOf(file);
  for (const [index, edit] of edits.entries()) {
    if (edit.file !== file) continue;
    const where = `edit ${index + 1} of ${edits.length}, in ${file}`;
    if (edit.from === edit.to) throw new RangeError(`${where}: changes nothing`);
    const parts = text.split(edit.from);
    if (edit.from === '' || parts.length !== 2) {
      throw new RangeError(`${where}: occurs ${parts.length - 1} times, expected once: ${edit.from}`);
    }
    text = parts.join(edit.to);
  }
  return text;
}

const resolve: ResolveHookSync = (specifier, context, next) => {
  const key = keyOf(context.parentURL);
  if (key === undefined) {
    return keyOf(specifier) === undefined ? next(specifier, context) : found(specifier);
  }
  if (!specifier.startsWith('.')) return next(specifier, context);
  const { href } = new URL(specifier, context.parentURL);
  const isOwn = loadings.get(key)?.folders.some((folder) => href.startsWith(folder));
  if (isOwn === true) return found(`${href}${QUERY}${key}`);
  return next(isCompiled ? href.replace(ROOT, COMPILED).replace(/\.ts$/, '.js') : href, context);
};

const load: LoadHookSync = (url, context, next) => {
  const key = keyOf(url);
  if (key === undefined) return next(url, context);
  const file = path.relative(fileURLToPath(SOURCES), fileURLToPath(url.slice(0, url.indexOf(QUERY))));
  return { format: 'module', source: javaScript(file, loadings.get(key)), shortCircuit: true };
};

function found(url: string) {
  return { url, format: 'module', shortCircuit: true };
}

function keyOf(url: string | undefined): string | undefined {
  const at = url?.indexOf(QUERY) ?? -1;
  return at < 0 ? undefined : url?.slice(at + QUERY.length);
}

function javaScript(file: string, loading: Loading | undefined): string {
  if (loading?.edits.some((edit) => edit.file === file)) {
    loading.reached.add(file);
    return stripped(editedText(file, loading.edits));
  }
  const known = healthy.get(file) ?? stripped(sourceOf(file));
  healthy.set(file, known);
  return known;
}

const texts = new Map<string, string>();

function sourceOf(file: string): string {
  const known = texts.get(file) ?? readFileSync(new URL(`${SOURCES}${file}`), 'utf8');
  texts.set(file, known);
  return known;
}

/** Node says of each release that this function is experimental; nobody here can do anything about that. */
function stripped(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}
