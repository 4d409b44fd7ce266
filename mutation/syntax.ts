/** The syntax tree of a module, as much as mutating needs: nodes with their place, types left out. */
import { parse } from '@babel/parser';

/** A node of the tree; which members it has depends on `type` (ESTree as Babel extends it). */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** A node with those that it stands in, the innermost first. */
export interface Visited {
  readonly node: SyntaxNode;
  readonly parents: readonly SyntaxNode[];
}

/** Types that only say something to the compiler, around an expression that runs. */
const TRANSPARENT = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression']);

/** Every node of `source` that runs, parents before children. */
export function nodesOf(source: string): readonly Visited[] {
  const { program } = parse(source, { sourceType: 'module', plugins: ['typescript'] });
  const found: Visited[] = [];
  collect(program as unknown as SyntaxNode, [], found);
  return found;
}

function collect(node: SyntaxNode, parents: readonly SyntaxNode[], found: Visited[]): void {
  if (node.type === 'ImportDeclaration' || node['declare'] === true) return;
  if (TRANSPARENT.has(node.type)) {
    collect(node['expression'] as SyntaxNode, parents, found);
    return;
  }
  if (node.type.startsWith('TS')) return;
  found.push({ node, parents });
  const inner = [node, ...parents];
  for (const child of childrenOf(node)) collect(child, inner, found);
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  return Object.entries(node)
    .filter(([member]) => !member.endsWith('Comments'))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value;
}

/** The node behind types that only the compiler reads. */
export function withoutTypes(value: unknown): SyntaxNode {
  const node = value as SyntaxNode;
  return TRANSPARENT.has(node.type) ? withoutTypes(node['expression']) : node;
}
