/** Which files a module loads, directly or through others: only areas that load a file are asked of its mutants. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from '@babel/parser';

const imported = new Map<string, readonly string[]>();

/** `file` and every file below `root` that it loads; paths from `root` on. */
export function graphOf(root: string, file: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    for (const next of importsOf(join(root, path))) visit(relative(root, next));
  };
  visit(file);
  return found;
}

/** What is only there for its types is not loaded. */
function importsOf(path: string): readonly string[] {
  const known = imported.get(path);
  if (known !== undefined) return known;
  const { program } = parse(readFileSync(path, 'utf8'), { sourceType: 'module', plugins: ['typescript'] });
  const files = program.body.flatMap((node) => {
    if (!('source' in node) || typeof node.source?.value !== 'string') return [];
    const isType =
      (node.type === 'ImportDeclaration' && node.importKind === 'type') ||
      (node.type === 'ExportNamedDeclaration' && node.exportKind === 'type');
    return isType || !node.source.value.startsWith('.') ? [] : [join(dirname(path), node.source.value)];
  });
  imported.set(path, files);
  return files;
}
