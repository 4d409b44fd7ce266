/** The mutants of a source file: each with what it changes, where, and a name that outlives moved lines. */
import { operators, type Replacement } from './operators.ts';
import { nodesOf, type SyntaxNode, type Visited } from './syntax.ts';

export interface Mutant {
  /** From the root of the repository. */
  readonly file: string;
  readonly operator: string;
  /** The function or method that it is in; empty at the top of a module. */
  readonly within: string;
  /** Of the first line that changes, from 1 on. */
  readonly line: number;
  /** The lines that change, before and after, blanks collapsed. */
  readonly before: string;
  readonly after: string;
  readonly replacement: Replacement;
}

/** Every mutant of `source`, the text of `file`, in the order of the file; no two with the same text. */
export function mutantsOf(file: string, source: string): readonly Mutant[] {
  const found = new Map<string, Mutant>();
  for (const visited of nodesOf(source)) {
    const within = functionAround(visited);
    for (const operator of operators) {
      for (const replacement of operator.replacements(visited, source)) {
        const key = mutated(source, replacement);
        if (found.has(key)) continue;
        found.set(key, {
          file,
          operator: operator.name,
          within,
          ...changeOf(source, replacement),
          replacement,
        });
      }
    }
  }
  return [...found.values()].toSorted((a, b) => a.replacement.start - b.replacement.start);
}

/** `source` with the replacement made. */
export function mutated(source: string, { start, end, text }: Replacement): string {
  return source.slice(0, start) + text + source.slice(end);
}

function changeOf(source: string, replacement: Replacement): Pick<Mutant, 'line' | 'before' | 'after'> {
  const { start, end, text } = replacement;
  const first = source.lastIndexOf('\n', start - 1) + 1;
  const newline = source.indexOf('\n', end);
  const last = newline < 0 ? source.length : newline;
  return {
    line: source.slice(0, start).split('\n').length,
    before: collapsed(source.slice(first, last)),
    after: collapsed(source.slice(first, start) + text + source.slice(end, last)),
  };
}

function collapsed(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function functionAround({ node, parents }: Visited): string {
  for (const around of [node, ...parents]) {
    const name = nameOf(around);
    if (name !== undefined) return name;
  }
  return '';
}

function nameOf(node: SyntaxNode): string | undefined {
  if (!/^(FunctionDeclaration|ClassMethod|ClassPrivateMethod)$/.test(node.type)) return undefined;
  const named = (node['id'] ?? node['key']) as SyntaxNode | undefined;
  const inner = (named?.['id'] ?? named) as SyntaxNode | undefined;
  return inner === undefined ? undefined : String(inner['name']);
}
