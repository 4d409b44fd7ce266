/**
 * What a mutant is made of: one small change of a kind that bit-field code goes wrong by. Each operator looks at
 * one node and tells the texts that could stand there instead; what a compiler's types would refuse is left to
 * run, and to throw.
 */
import { otherLiterals } from './literals.ts';
import { type SyntaxNode, type Visited, withoutTypes } from './syntax.ts';

/** The text of `source` from `start` up to `end` becomes `text`. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Operator {
  readonly name: string;
  replacements(visited: Visited, source: string): readonly Replacement[];
}

const binaries: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  comparison: {
    '<': '<=',
    '<=': '<',
    '>': '>=',
    '>=': '>',
    '===': '!==',
    '!==': '===',
  },
  bitwise: { '&': '|', '|': '&', '^': '|' },
  shift: { '<<': '>>>', '>>': '<<', '>>>': '<<' },
  arithmetic: { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*', '**': '*' },
  boolean: { '&&': '||', '||': '&&', '??': '&&' },
};

function exchange(name: string): Operator {
  const others = binaries[name] ?? {};
  return {
    name,
    replacements({ node }, source) {
      if (node.type !== 'BinaryExpression' && node.type !== 'LogicalExpression') return [];
      const operator = String(node['operator']);
      const other = others[operator];
      if (other === undefined) return [];
      if (isZero(node['right']) && /[<>]{2}/.test(operator)) return [];
      const start = source.indexOf(operator, (node['left'] as SyntaxNode).end);
      return [{ start, end: start + operator.length, text: other }];
    },
  };
}

/** A shift by zero makes a number unsigned: which one it is says nothing. */
function isZero(node: unknown): boolean {
  return withoutTypes(node)['value'] === 0;
}

/** A mask, a shift or a condition that is left out: one side of the operator stands alone. */
const droppedOperand: Operator = {
  name: 'dropped operand',
  replacements({ node }, source) {
    if (node.type !== 'BinaryExpression' && node.type !== 'LogicalExpression') return [];
    if (!/^(&&|\|\||[&|^]|<<|>>>?)$/.test(String(node['operator']))) return [];
    const isShift = /[<>]/.test(String(node['operator']));
    const kept = isShift ? ['left'] : ['left', 'right'];
    return kept.map((side) => replaced(node, `(${textOf(node[side] as SyntaxNode, source)})`));
  },
};

const droppedNegation: Operator = {
  name: 'dropped negation',
  replacements({ node }, source) {
    if (node.type !== 'UnaryExpression' || !/^[!~-]$/.test(String(node['operator']))) return [];
    return [replaced(node, `(${textOf(node['argument'] as SyntaxNode, source)})`)];
  },
};

const literal: Operator = {
  name: 'constant',
  replacements({ node, parents }, source) {
    const [parent] = parents;
    const isPlain = node.type === 'NumericLiteral' || node.type === 'BigIntLiteral';
    const isKey = parent?.['key'] === node && parent['computed'] !== true;
    if (!isPlain || isKey || isFirstValue(parents)) return [];
    return otherLiterals(textOf(node, source)).map((text) => replaced(node, text));
  },
};

const flag: Operator = {
  name: 'flag',
  replacements({ node, parents }) {
    if (node.type !== 'BooleanLiteral' || isFirstValue(parents)) return [];
    return [replaced(node, String(node['value'] !== true))];
  },
};

/** What a module's own state holds until the first case sets it. */
function isFirstValue([parent, around, declarator]: readonly SyntaxNode[]): boolean {
  const inState = parent?.type === 'ObjectProperty' ? declarator : parent;
  if (inState?.type !== 'VariableDeclarator') return false;
  return parent?.type === 'ObjectProperty' || around?.['kind'] === 'let';
}

const branch: Operator = {
  name: 'branch',
  replacements({ node }, source) {
    if (node.type !== 'ConditionalExpression') return [];
    return ['consequent', 'alternate'].map((side) =>
      replaced(node, `(${textOf(node[side] as SyntaxNode, source)})`),
    );
  },
};

const assignments: Readonly<Record<string, string>> = {
  '|=': '=',
  '&=': '=',
  '^=': '|=',
  '+=': '-=',
  '-=': '+=',
  '<<=': '>>>=',
  '>>>=': '<<=',
};

const assignment: Operator = {
  name: 'assignment',
  replacements({ node }, source) {
    if (node.type === 'UpdateExpression') {
      const { end } = node['argument'] as SyntaxNode;
      const text = textOf(node, source);
      if (!text.endsWith('++') && !text.endsWith('--')) return [];
      return [{ start: end, end: node.end, text: text.endsWith('++') ? '--' : '++' }];
    }
    const operator = String(node['operator']);
    const other = node.type === 'AssignmentExpression' ? assignments[operator] : undefined;
    if (other === undefined) return [];
    const start = source.indexOf(operator, (node['left'] as SyntaxNode).end);
    return [{ start, end: start + operator.length, text: other }];
  },
};

const droppable = new Set(['ExpressionStatement', 'BreakStatement', 'ContinueStatement', 'ThrowStatement']);

const droppedStatement: Operator = {
  name: 'dropped statement',
  replacements({ node, parents }) {
    const [parent] = parents;
    const isBareReturn = node.type === 'ReturnStatement' && node['argument'] == null;
    const isCheck = node.type === 'IfStatement' && node['alternate'] == null;
    if (isLastBreak(node, parents)) return [];
    if (!(droppable.has(node.type) || isBareReturn || isCheck)) return [];
    // An `if` without its statement needs an empty one; elsewhere it does no harm.
    return parent === undefined ? [] : [replaced(node, ';')];
  },
};

function isLastBreak(node: SyntaxNode, [parent, around]: readonly SyntaxNode[]): boolean {
  if (node.type !== 'BreakStatement' || parent?.type !== 'SwitchCase') return false;
  return (around?.['cases'] as readonly SyntaxNode[] | undefined)?.at(-1) === parent;
}

/** Two checks that end what goes on, or two calls, that follow each other change places. */
const order: Operator = {
  name: 'order',
  replacements({ node }, source) {
    const body = node['body'];
    if (!Array.isArray(body) || (node.type !== 'BlockStatement' && node.type !== 'Program')) return [];
    const statements = body as readonly SyntaxNode[];
    return statements.flatMap((first, index) => {
      const second = statements[index + 1];
      if (second === undefined || first.type !== second.type || !isStep(first)) return [];
      const between = source.slice(first.end, second.start);
      const text = textOf(second, source) + between + textOf(first, source);
      return [{ start: first.start, end: second.end, text }];
    });
  },
};

function isStep(node: SyntaxNode): boolean {
  if (node.type === 'ExpressionStatement') return withoutTypes(node['expression']).type === 'CallExpression';
  if (node.type !== 'IfStatement') return false;
  const { type, body } = node['consequent'] as SyntaxNode;
  const last = type === 'BlockStatement' ? (body as readonly SyntaxNode[]).at(-1)?.type : type;
  return /^(Return|Throw|Continue|Break)Statement$/.test(last ?? '');
}

const swappedArguments: Operator = {
  name: 'swapped arguments',
  replacements({ node }, source) {
    const values = node['arguments'];
    if (!Array.isArray(values)) return [];
    return (values as readonly SyntaxNode[]).flatMap((first, index) => {
      const second = values[index + 1] as SyntaxNode | undefined;
      if (second === undefined || textOf(first, source) === textOf(second, source)) return [];
      // The order of a list says nothing.
      if (first.type === 'NumericLiteral' && second.type === 'NumericLiteral') return [];
      const between = source.slice(first.end, second.start);
      const text = textOf(second, source) + between + textOf(first, source);
      return [{ start: first.start, end: second.end, text }];
    });
  },
};

/** A table level, a count or an index that is one too high or too low where it is read. */
const offByOne: Operator = {
  name: 'off by one',
  replacements({ node, parents: [parent] }, source) {
    const isLevel =
      node.type === 'Identifier' && /levels?$|^(slot|index|bits|at|half)$/i.test(String(node['name']));
    if (!isLevel || parent === undefined || !isRead(node, parent)) return [];
    return ['+', '-'].map((sign) => replaced(node, `(${textOf(node, source)} ${sign} 1)`));
  },
};

function isRead(node: SyntaxNode, parent: SyntaxNode): boolean {
  if (Array.isArray(parent['arguments']))
    return parent['arguments'].some((one) => withoutTypes(one) === node);
  if (parent.type === 'BinaryExpression') return true;
  return parent.type === 'MemberExpression' && parent['computed'] === true && parent['property'] === node;
}

function textOf({ start, end }: SyntaxNode, source: string): string {
  return source.slice(start, end);
}

function replaced({ start, end }: SyntaxNode, text: string): Replacement {
  return { start, end, text };
}

export const operators: readonly Operator[] = [
  literal,
  ...Object.keys(binaries).map(exchange),
  droppedOperand,
  droppedNegation,
  flag,
  branch,
  assignment,
  droppedStatement,
  order,
  swappedArguments,
  offByOne,
];
